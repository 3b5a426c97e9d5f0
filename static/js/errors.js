// A refused form: focus goes to the summary of errors, and its links lead into the fields.

export function focusSummary(root) {
  const summary = root.querySelector("[data-error-summary]");
  summary?.focus();
  return Boolean(summary);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.('[data-error-summary] a[href^="#"]');
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  // Following the fragment would change the address and leave the focus on the link.
  event.preventDefault();
  field.focus();
  field.scrollIntoView({ block: "center" });
});

document.addEventListener("htmx:afterSwap", (event) => focusSummary(event.detail.target ?? document));
focusSummary(document);
