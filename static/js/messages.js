// Messages stay until they are read; a button puts one away.

for (const button of document.querySelectorAll("[data-dismiss]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const message = button.closest(".message");
    const next = message.nextElementSibling?.querySelector("[data-dismiss]") ?? document.querySelector("main");
    next.tabIndex = Math.max(next.tabIndex, -1);
    message.remove();
    next.focus();
  });
}
