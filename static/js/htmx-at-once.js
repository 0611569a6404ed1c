// htmx for pages that are worked with: it comes as soon as the page is there, not later (it waits for an event that has
// passed when it arrives between the page's parsing and its end). Without it links and forms lead to pages of their own.

if (document.readyState === "complete") fetchHtmx();
else addEventListener("load", fetchHtmx, { once: true });

function fetchHtmx() {
  const script = document.createElement("script");
  script.src = document.querySelector("meta[name=htmx-source]").content;
  document.head.append(script);
}
