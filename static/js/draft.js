// Keeps a letter's own words on this device until it is signed, so that a lost connection does not cost them.
// Only fields marked data-keep, never a name or an address; nothing at all before there are own words;
// forgotten after seven days, on the "look in your mailbox" page, by its button and by the quick exit.

const PREFIX = "draft:";
const KEEP_MS = 7 * 24 * 60 * 60 * 1000;

forgetOld();
for (const sent of document.querySelectorAll("[data-draft-sent]")) forget(sent.dataset.draftSent);
for (const form of document.querySelectorAll("form[data-draft]")) watch(form);
addEventListener("quick-exit", forgetAll);

function watch(form) {
  const name = form.dataset.draft;
  const words = form.querySelector("textarea[data-keep]");
  const note = form.querySelector("[data-draft-note]");
  let keeping = true;

  const kept = read(name);
  // What came back from the server is newer than what was kept.
  if (kept?.fields instanceof Object && !words.value && !form.querySelector(".error-summary")) {
    restore(form, kept.fields);
    words.closest("details")?.setAttribute("open", "");
    say("restored");
  }
  form.addEventListener("input", () => {
    if (!keeping) return;
    if (words.value.trim()) {
      write(name, fieldsOf(form));
      if (note.hidden) say("kept");
    } else {
      forget(name);
      note.hidden = true;
    }
  });
  form.querySelector("[data-draft-forget]").addEventListener("click", () => {
    keeping = false;
    forget(name);
    words.value = "";
    words.dispatchEvent(new Event("input", { bubbles: true }));
    say("forgotten");
    words.focus();
  });

  function say(what) {
    note.hidden = false;
    for (const line of note.querySelectorAll("[data-draft-says]")) line.hidden = line.dataset.draftSays !== what;
    note.querySelector("[data-draft-forget]").hidden = what === "forgotten";
  }
}

function fieldsOf(form) {
  const fields = {};
  for (const field of form.querySelectorAll("[data-keep]")) {
    if (field.type === "checkbox") fields[field.name] = field.checked;
    else if (field.type !== "radio" || field.checked) fields[field.name] = field.value;
  }
  return fields;
}

function restore(form, fields) {
  for (const field of form.querySelectorAll("[data-keep]")) {
    if (!(field.name in fields)) continue;
    if (field.type === "checkbox") field.checked = fields[field.name];
    else if (field.type === "radio") field.checked = field.value === fields[field.name];
    else field.value = fields[field.name];
    field.dispatchEvent(new Event("change", { bubbles: true }));
    if (field.tagName === "TEXTAREA") field.dispatchEvent(new Event("input"));
  }
}

// Storage may be switched off, full or hold anything: then there is simply no draft.
function read(name) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name));
  } catch {
    return null;
  }
}

function write(name, fields) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify({ at: Date.now(), fields }));
  } catch {
    // No room: the words stay in the field.
  }
}

function forget(name) {
  try {
    localStorage.removeItem(PREFIX + name);
  } catch {
    // Nothing could be kept either.
  }
}

function names() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length));
  } catch {
    return [];
  }
}

function forgetAll() {
  names().forEach(forget);
}

function forgetOld() {
  for (const name of names()) if (!(read(name)?.at > Date.now() - KEEP_MS)) forget(name);
}
