// How much room is left in a text. Nothing is cut off: too many characters are said, not swallowed.
// Counts as the server does: characters, a line break being one.

const SAID_AT = [200, 100, 50, 20, 10, 0];

for (const text of document.querySelectorAll("[data-counter]")) watch(text);
// A form that came back in place of itself.
document.addEventListener("htmx:afterSettle", ({ target }) => {
  for (const text of target.querySelectorAll("[data-counter]:not([data-counted])")) watch(text);
});

function watch(text) {
  const limit = Number(text.dataset.counter);
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const shown = element("field-counter");
  const spoken = element("visually-hidden");
  let before = limit;
  text.dataset.counted = "";

  spoken.setAttribute("role", "status");
  text.after(shown, spoken);
  text.addEventListener("input", count);
  count();

  function count() {
    const left = limit - [...text.value].length;
    shown.textContent = sentence(left);
    shown.classList.toggle("field-counter-over", left < 0);
    if (crossed(before, left)) spoken.textContent = sentence(left);
    before = left;
  }

  function sentence(left) {
    const words = left < 0 ? text.dataset.counterOver : text.dataset.counterLeft;
    return words.replace("{n}", number.format(Math.abs(left)));
  }
}

// Spoken at a few thresholds only: a voice at each letter would drown the writing.
function crossed(before, left) {
  return (left < 0 && before >= 0) || SAID_AT.some((mark) => left <= mark && before > mark);
}

function element(name) {
  const made = document.createElement("p");
  made.className = name;
  return made;
}
