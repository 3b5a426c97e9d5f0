// Says when a request came to nothing. The words are the page's own <template id="trouble-…">.

function say(kind) {
  const template = document.getElementById(`trouble-${kind}`);
  if (!template) return;
  document.querySelectorAll("[data-trouble]").forEach((earlier) => earlier.remove());
  const toast = template.content.cloneNode(true).firstElementChild;
  toast.dataset.trouble = kind;
  // Under a modal dialog the page's own messages can be neither seen nor reached.
  (document.querySelector("dialog:modal .dialog-body") ?? document.getElementById("messages"))?.prepend(toast);
}

document.addEventListener("htmx:sendError", () => say("network"));
document.addEventListener("htmx:timeout", () => say("network"));
document.addEventListener("htmx:responseError", () => say("server"));
document.addEventListener("htmx:historyCacheMissLoadError", () => location.reload());
