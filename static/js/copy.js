// Copies the text that a button points at. Without this file there is no button, and the text can be marked by hand.

for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    const done = await copied(source.innerText.trim(), source);
    button.nextElementSibling.textContent = done ? button.dataset.copied : button.dataset.failed;
  });
}

async function copied(text, source) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // No clipboard without HTTPS, or the browser said no: mark the text, so that a long press or Ctrl+C is enough.
    getSelection().selectAllChildren(source);
    return false;
  }
}
