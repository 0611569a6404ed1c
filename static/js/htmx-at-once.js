// htmx for pages that are worked with: it comes with the page. Without it every link and form leads to a page of its own.

const script = document.createElement("script");
script.src = document.querySelector("meta[name=htmx-source]").content;
document.head.append(script);
