// Asks on the page instead of on another one: a link with data-dialog opens that dialog. Without this file the link
// leads to a page that asks the same.

for (const link of document.querySelectorAll("a[data-dialog]")) {
  const dialog = document.getElementById(link.dataset.dialog);
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    dialog.showModal();
  });
}

for (const button of document.querySelectorAll("dialog [data-close]")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    button.closest("dialog").close();
  });
}
