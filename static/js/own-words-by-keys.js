// j and k go through the own words that wait, a accepts, r leaves out, u undoes the last decision.
// Without this file their buttons do the same. They can be switched off (WCAG 2.1.4), for this browser.

const OFF = "maninso-own-words-keys-off";
const items = [...document.querySelectorAll("[data-own-words]")];
const keys = document.querySelector("[data-own-words-keys]");
const box = document.querySelector("[data-own-words-switch]");
let off = wasSwitchedOff();
let busy = false;

if (keys && box) {
  keys.hidden = false;
  box.checked = !off;
  box.addEventListener("change", () => switchOff(!box.checked));
}
// After a decision the page leads to the next: there the keys go on. A page that comes back from memory is not busy.
if (/^#words-\d+$/.test(location.hash)) (document.getElementById(location.hash.slice(1)) ?? items[0])?.focus();
addEventListener("pageshow", () => (busy = false));
addEventListener("submit", () => (busy = true));

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.repeat || busy || off) return;
  if (event.target.closest("select, textarea, input:not([type=checkbox])")) return;
  const act = { j: () => go(1), k: () => go(-1), a: () => press("accept"), r: () => press("leave-out"), u: undo }[letter(event)];
  if (!act) return;
  event.preventDefault();
  act();
});

// What is on the key, or where j, k, a, r, u are while one writes Korean or Chinese.
function letter(event) {
  return /^[a-z]$/.test(event.key) ? event.key : event.code.replace(/^Key/, "").toLowerCase();
}

function current() {
  return items.indexOf(document.activeElement?.closest("[data-own-words]"));
}

function go(by) {
  const at = current();
  items[at < 0 ? 0 : Math.min(Math.max(at + by, 0), items.length - 1)]?.focus();
}

// Of the one that has the focus alone: nothing is decided that nobody looked at.
function press(what) {
  items[current()]?.querySelector(`[data-own-words-${what}]`).click();
}

function undo() {
  document.querySelector("[data-own-words-undo]")?.click();
}

// Storage may be closed to us: then it holds for this page.
function wasSwitchedOff() {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false;
  }
}

function switchOff(is) {
  off = is;
  try {
    if (is) localStorage.setItem(OFF, "1");
    else localStorage.removeItem(OFF);
  } catch {
    // As above.
  }
}
