// Counts that stay alive, quietly: htmx asks for them, and comes itself only to a page that is still looked at after a
// while. It is more than a quarter of what a first visit weighs, and most visits end before a count would be asked for.
// A page that nobody looks at asks for nothing.

const AFTER_MS = 10_000;
const source = document.querySelector("meta[name=htmx-source]")?.content;

if (source && document.querySelector("[hx-get]")) setTimeout(fetchHtmx, AFTER_MS);

document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden) event.preventDefault();
});

function fetchHtmx() {
  if (document.hidden) {
    document.addEventListener("visibilitychange", fetchHtmx, { once: true });
    return;
  }
  const script = document.createElement("script");
  script.src = source;
  document.head.append(script);
}
