// Leaves at once, by the link or by Escape pressed three times, and forgets what was typed. `replace`, so that
// "back" does not come here again. Without this file the link is a plain one.

const WITHIN_MS = 2000;
const link = document.querySelector("a[data-quick-exit]");
let pressed = [];

if (link) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") pressed = [];
    // An Escape that closed a list or a dialog was meant for that.
    else if (!event.defaultPrevented && !document.querySelector("dialog[open]")) escape(event.timeStamp);
  });
}

function escape(now) {
  pressed = [...pressed.filter((then) => now - then < WITHIN_MS), now];
  if (pressed.length === 3) leave();
}

function leave() {
  dispatchEvent(new Event("quick-exit"));
  // The next page may take a while on a slow line; this one is gone now.
  document.title = "";
  document.documentElement.hidden = true;
  for (const form of document.forms) form.reset();
  location.replace(link.href);
}
