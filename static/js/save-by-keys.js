// Ctrl+S (on a Mac ⌘S) saves the form that one is typing in, instead of the page to the disk.
// Without this file the button below the form does the same.

addEventListener("keydown", (event) => {
  if (event.key !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  const form = document.activeElement?.closest("form[data-save-by-keys]");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
});
