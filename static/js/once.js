// A form is sent once: its button shows that it is under way, and further presses do nothing until the answer.

function mark(form, button) {
  form.setAttribute("aria-busy", "true");
  button?.setAttribute("aria-busy", "true");
}

function unmark(root) {
  if (root.matches?.("[aria-busy]")) root.removeAttribute("aria-busy");
  for (const element of root.querySelectorAll('[aria-busy="true"]')) element.removeAttribute("aria-busy");
  // A dialog's button stands in its foot, outside the form that it sends.
  if (root.id) document.querySelectorAll(`[form="${CSS.escape(root.id)}"]`).forEach((b) => b.removeAttribute("aria-busy"));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const method = event.submitter?.getAttribute("formmethod") ?? form.method;
  if (method.toLowerCase() !== "post") return;
  if (form.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  mark(form, event.submitter);
}, { capture: true });

document.addEventListener("htmx:beforeRequest", (event) => {
  const source = event.detail.elt;
  if (source.matches("button")) source.setAttribute("aria-busy", "true");
});
document.addEventListener("htmx:afterRequest", (event) => unmark(event.detail.elt));
document.addEventListener("htmx:validation:halted", (event) => unmark(event.detail.elt));

// Coming back by the browser's Back button finds the page as it was left: with its buttons busy.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) unmark(document.documentElement);
});
