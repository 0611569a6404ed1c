// The device's own way of sharing, where it has one; the copy button stands beside it either way.

if (navigator.share) {
  for (const button of document.querySelectorAll("button[data-share-url]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const { shareTitle: title, shareUrl: url } = button.dataset;
      try {
        await navigator.share({ title, url });
      } catch {
        // Closed without sharing: nothing to say.
      }
    });
  }
}
