// On a phone the desk's navigation folds away behind a button. Without this file it stands above the page.

const button = document.querySelector("[data-desk-menu]");
const menu = document.getElementById("desk-menu");

if (button && menu) {
  button.hidden = false;
  menu.dataset.folds = "";
  button.addEventListener("click", () => toggle(button.getAttribute("aria-expanded") !== "true"));
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || button.getAttribute("aria-expanded") !== "true") return;
    toggle(false);
    button.focus();
  });
}

function toggle(open) {
  button.setAttribute("aria-expanded", String(open));
  menu.toggleAttribute("data-open", open);
}
