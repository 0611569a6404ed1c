// Keeps a report from the door in this browser until it has arrived, photographs too, so that no connection at the gate
// does not cost it. It has one key however often it is sent, so it counts once. Photographs are made smaller here, which
// also takes out place and camera. Forgotten when it has arrived, by its button, and by the quick exit.
// Without this file the form is sent as any other.

const NAME = "maninso-reports";
const STORE = "reports";
const AGAIN_MS = 30_000;
const LONGEST = 2400;
const FIELDS = ["outcome", "at", "note"];

const form = document.querySelector("form[data-report-queue]");
const notice = document.querySelector("[data-report-waiting]");
const page = location.pathname;
let busy = false;

if (form && notice && globalThis.indexedDB) {
  form.addEventListener("submit", submit);
  notice.querySelector("[data-report-send]").addEventListener("click", flush);
  notice.querySelector("[data-report-forget]").addEventListener("click", async () => {
    for (const report of await waiting()) await forget(report.key);
    say("");
  });
  addEventListener("online", flush);
  addEventListener("visibilitychange", () => document.hidden || flush());
  setInterval(flush, AGAIN_MS);
  flush();
}
addEventListener("quick-exit", () => globalThis.indexedDB?.deleteDatabase(NAME));

async function submit(event) {
  event.preventDefault();
  if (busy) return;
  busy = true;
  say("sending");
  const data = new FormData(form);
  const chosen = data.getAll("photos").filter((file) => file.size).slice(0, Number(form.dataset.mostPhotos));
  const report = { key: data.get("key"), page, fields: {}, photos: await Promise.all(chosen.map(smaller)) };
  for (const name of FIELDS) report.fields[name] = data.get(name) ?? "";
  const kept = await keep(report);
  busy = false;
  if (kept) {
    form.reset();
    // What is typed from now on is another report.
    form.elements.key.value = uuid();
    await flush();
  } else if (!(await send(report))) {
    say("unkept");
  }
}

async function flush() {
  if (busy) return;
  busy = true;
  for (const report of await waiting()) {
    say("sending");
    if (!(await send(report))) break;
  }
  busy = false;
}

// True once there is nothing more to do about it.
async function send(report) {
  const data = new FormData();
  data.set("key", report.key);
  for (const name of FIELDS) data.set(name, report.fields[name]);
  report.photos.forEach((photo, number) => data.append("photos", photo, `${number + 1}.jpg`));
  let response;
  try {
    response = await fetch(page, { method: "POST", body: data });
  } catch {
    say("kept");
    return false;
  }
  if (response.ok && response.redirected) {
    await forget(report.key);
    location.assign(response.url);
    return true;
  }
  if (response.status === 422 || response.status === 413) {
    await forget(report.key);
    showAnswer(await response.text());
    return true;
  }
  say(response.status === 410 ? "ended" : "kept");
  return false;
}

// The form as the server sent it back, with what is wrong; photographs have to be chosen again.
function showAnswer(html) {
  const answer = new DOMParser().parseFromString(html, "text/html").querySelector("form[data-report-queue]");
  if (answer) form.replaceChildren(...answer.childNodes);
  say("refused");
  form.querySelector(".error-summary")?.focus();
}

function say(what) {
  notice.hidden = !what;
  notice.querySelector("[data-report-tools]").hidden = what !== "kept" && what !== "ended";
  for (const line of notice.querySelectorAll("[data-report-says]")) line.hidden = line.dataset.reportSays !== what;
}

async function smaller(file) {
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    if (blob) return blob;
  } catch {
    // No picture that this browser can read: the server says so.
  }
  return file;
}

// crypto.randomUUID is there on pages served safely alone.
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Storage may be switched off or full: then nothing is kept, and the page says so.
function open() {
  return new Promise((done, fail) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "key" });
    request.onsuccess = () => done(request.result);
    request.onerror = request.onblocked = () => fail(request.error);
  });
}

async function within(mode, work) {
  const database = await open();
  try {
    return await new Promise((done, fail) => {
      const transaction = database.transaction(STORE, mode);
      const request = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => done(request.result);
      transaction.onerror = transaction.onabort = () => fail(transaction.error);
    });
  } finally {
    database.close();
  }
}

async function keep(report) {
  try {
    await within("readwrite", (store) => store.put(report));
    return true;
  } catch {
    return false;
  }
}

async function forget(key) {
  try {
    await within("readwrite", (store) => store.delete(key));
  } catch {
    // Nothing could be kept either.
  }
}

async function waiting() {
  try {
    return (await within("readonly", (store) => store.getAll())).filter((report) => report.page === page);
  } catch {
    return [];
  }
}
