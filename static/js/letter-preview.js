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
  const name = shownName(form.elements.name.value.trim(), form.elements.display.value);
  const suffix = signature.dataset.suffix;
  const country = form.elements.country;
  const place = [form.elements.city.value.trim(), country.value && country.selectedOptions[0].text];
  const lines = [name ? [name, suffix].filter(Boolean).join(" ") : hiddenName, place.filter(Boolean).join(", ")];
  signature.classList.add("letter-lines");
  signature.textContent = lines.filter(Boolean).join("\n");
}

// The same rule as Signature.shown_name; tests/face/test_behaviours.py compares the two.
function shownName(name, display) {
  if (display === "hidden") return "";
  return display === "initials" ? initials(name) : name;
}

function initials(name) {
  const words = name.split(/\s+/).filter(Boolean);
  const letters = [...(words[0] ?? "")];
  if (words.length === 1 && letters[0] >= "\u2e80" && letters[0] <= "\uffdc") {
    return letters[0] + "○".repeat(letters.length - 1);
  }
  return words.map((word) => `${[...word][0]}.`).join(" ");
}
