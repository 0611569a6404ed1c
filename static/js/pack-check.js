// Compares a file with the digest that the page shows, without sending it anywhere. Where the browser can't (or the
// page is not served safely) the field stays hidden, and the digest can be compared by other means.

for (const field of document.querySelectorAll("[data-pack-check]")) {
  if (globalThis.crypto?.subtle) enhance(field);
}

function enhance(field) {
  const input = field.querySelector("input[type=file]");
  field.hidden = false;
  const compareChosen = () => input.files[0] && compare(input.files[0]);
  input.addEventListener("change", compareChosen);
  // Chosen before this was read, or still there after going back.
  compareChosen();
  // The whole page takes it: a file that misses the field would replace the page.
  addEventListener("dragover", (event) => {
    event.preventDefault();
    field.dataset.over = "";
  });
  addEventListener("dragleave", (event) => event.relatedTarget || delete field.dataset.over);
  addEventListener("drop", (event) => {
    event.preventDefault();
    delete field.dataset.over;
    if (event.dataTransfer.files[0]) compare(event.dataTransfer.files[0]);
  });

  async function compare(file) {
    say("");
    try {
      const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
      say(hex(digest) === field.dataset.packCheck ? "same" : "other");
    } catch {
      say("unread");
    }
  }

  function say(what) {
    for (const line of field.querySelectorAll("[data-pack-says]")) line.hidden = line.dataset.packSays !== what;
  }
}

function hex(buffer) {
  return [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
