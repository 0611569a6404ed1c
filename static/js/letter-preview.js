// The letter as it will go out, with the supporter's words, name and place, while they type.
// Without this file a button shows the same on the server.

for (const preview of document.querySelectorAll("details[data-letter-preview]")) {
  const form = preview.closest("form");
  const original = document.querySelector("article.letter");
  const sheet = preview.querySelector("[data-letter-sheet]");
  if (!original) continue;

  preview.hidden = false;
  for (const button of form.querySelectorAll("button[name=preview]")) button.hidden = true;
  preview.addEventListener("toggle", draw);
  form.addEventListener("input", draw);
  form.addEventListener("change", draw);

  function draw() {
    if (preview.open) sheet.replaceChildren(written(original, form, preview.dataset.hiddenName));
  }
}

function written(original, form, hiddenName) {
  const letter = original.cloneNode(true);
  letter.querySelector(".letter-own-words")?.remove();
  unfold(letter);
  const words = ownWords(form.elements.own_words.value);
  if (words) letter.querySelector(".letter-closing").before(words);
  sign(letter.querySelector(".letter-signature"), form, hiddenName);
  return letter;
}

function unfold(letter) {
  for (const fold of letter.querySelectorAll("details")) {
    fold.querySelector("summary").remove();
    fold.replaceWith(...fold.childNodes);
  }
}

function ownWords(text) {
  const paragraphs = text.trim().split(/\n{2,}/).filter(Boolean);
  if (!paragraphs.length) return null;
  const box = document.createElement("div");
  box.className = "letter-own-words";
  for (const paragraph of paragraphs) {
    const made = document.createElement("p");
    made.className = "letter-lines";
    made.textContent = paragraph;
    box.append(made);
  }
  return box;
}

function sign(signature, form, hiddenName) {
  const typed = form.elements.name.value.trim();
  const display = form.elements.display.value;
  // Before there is a name, the letter goes on saying where it will stand.
  if (!typed && display !== "hidden") return;
  const country = form.elements.country;
  const city = form.elements.city.value.trim();
  const land = country.value && country.selectedOptions[0].text;
  const both = () => signature.dataset.place.replace("{city}", () => city).replace("{country}", () => land);
  const place = city && land ? both() : city || land;
  const name = display === "hidden" ? hiddenName : display === "initials" ? initials(typed) : typed;
  const named = [name, display === "hidden" ? "" : signature.dataset.suffix].filter(Boolean).join(" ");
  signature.classList.add("letter-lines");
  signature.textContent = [named, place].filter(Boolean).join("\n");
}

// The same rule as `initials` in campaign/models/signature.py; tests/face/test_behaviours.py compares the two.
function initials(name) {
  const words = name.split(/\s+/);
  const [first, ...rest] = words.join("");
  if (isIdeographOrSyllable(first)) return first + "○".repeat(rest.length);
  return words.map((word) => `${[...word][0]}.`).join(" ");
}

function isIdeographOrSyllable(letter) {
  const point = letter.codePointAt(0);
  return (point >= 0x2e80 && point <= 0xffdc) || (point >= 0x20000 && point <= 0x3ffff);
}
