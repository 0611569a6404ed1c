// Offers the page in the language that the browser prefers, in that language, where the page has it. Nothing is
// asked of anybody: pages are the same for everyone, and the switch stands on each. Whoever has answered, or has chosen a
// language, is not asked again before this tab is closed.

const ANSWERED = "language-offer";
const links = [...document.querySelectorAll("a[data-offer]")];
const here = links.find((link) => link.ariaCurrent);
const preferred = first(navigator.languages);

for (const link of document.querySelectorAll("a[hreflang]")) link.addEventListener("click", answered);
if (here && preferred && preferred !== here && !hasAnswered()) offer(preferred);

// The first of the reader's languages that the page has: "zh-CN", "zh-Hans-SG" and "zh" all read "zh-hans", and
// whoever reads the traditional characters reads them rather than nothing.
function first(languages) {
  for (const language of languages) {
    const found = links.find((link) => primary(link.hreflang) === primary(language));
    if (found) return found;
  }
}

function primary(language) {
  return language.toLowerCase().split("-")[0];
}

function offer(link) {
  const bar = document.createElement("div");
  bar.className = "language-offer";
  bar.lang = link.lang;
  bar.role = "region";
  bar.ariaLabel = link.textContent;
  const yes = document.createElement("a");
  yes.href = link.href;
  yes.hreflang = link.hreflang;
  yes.textContent = link.dataset.offer;
  yes.addEventListener("click", answered);
  const no = document.createElement("button");
  no.type = "button";
  no.className = "link-button";
  no.textContent = link.dataset.no;
  no.addEventListener("click", () => {
    answered();
    bar.remove();
    here.focus();
  });
  bar.append(yes, no);
  document.querySelector(".skip-link").after(bar);
}

// A browser may refuse to keep anything; then it asks again.
function answered() {
  try {
    sessionStorage.setItem(ANSWERED, "yes");
  } catch {}
}

function hasAnswered() {
  try {
    return sessionStorage.getItem(ANSWERED) !== null;
  } catch {
    return false;
  }
}
