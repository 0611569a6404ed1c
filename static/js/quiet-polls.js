// A page that nobody looks at asks for nothing: htmx polls rest while it is hidden.

document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden) event.preventDefault();
});
