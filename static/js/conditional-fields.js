// A field that belongs to one answer is shown with that answer: data-shown-when="channel=post".
// Without this file it is always there, and its hint says when it is wanted.

for (const field of document.querySelectorAll("[data-shown-when]")) {
  const [name, value] = field.dataset.shownWhen.split("=");
  const asked = field.form.elements[field.dataset.prefix ? `${field.dataset.prefix}-${name}` : name];
  const box = field.closest(".field");
  const off = field.disabled;

  field.form.addEventListener("change", show);
  show();

  function show() {
    const wanted = asked.type === "checkbox" ? String(asked.checked) === value : asked.value === value;
    box.hidden = !wanted;
    // What is not seen is not sent.
    field.disabled = off || !wanted;
  }
}
