// Dialogs come from the server into #dialog. Over a page they are modal and give focus and address back when they
// close; at their own address they stand alone and closing leads to the page behind them.
import { focusSummary } from "./errors.js";

// Who opened the dialog, and at which address; null when the dialog is a page of its own.
let opener = null;
let ignoresPop = false;

class ModalDialog extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    if (!this.dialog) return;
    if (document.querySelector("dialog:modal")) this.dialog.classList.add("is-again");
    this.dialog.removeAttribute("open");
    this.dialog.showModal();
    this.dialog.addEventListener("cancel", (event) => this.close(event));
    this.addEventListener("click", (event) => {
      const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
      if (isPlain && event.target.closest("[data-closes]")) this.close(event);
    });
    this.addEventListener("keydown", (event) => this.sendByKey(event));
    this.focusInside();
  }

  disconnectedCallback() {
    // A form that comes back with errors has taken this one's place already.
    if (!document.querySelector("modal-dialog")) leave(this.isDismissed);
  }

  focusInside() {
    if (focusSummary(this.dialog)) return;
    const fields = ".dialog-body :is(input, select, textarea):not([type=hidden], :disabled)";
    const first = this.dialog.querySelector("[autofocus]") ?? this.dialog.querySelector(fields);
    (first ?? this.dialog.querySelector(".dialog-foot :is(button, .is-primary)"))?.focus();
  }

  sendByKey(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const button = this.dialog.querySelector(".dialog-foot [type=submit], form [type=submit]");
    if (!button?.form) return;
    event.preventDefault();
    button.form.requestSubmit(button);
  }

  close(event) {
    event.preventDefault();
    if (opener === null) {
      location.assign(this.dataset.closeUrl);
      return;
    }
    this.isDismissed = true;
    this.remove();
  }
}

function leave(isDismissed) {
  if (opener === null) return;
  const { element, url } = opener;
  opener = null;
  if (location.href !== url) {
    ignoresPop = true;
    history.back();
  }
  // After a swap its other parts settle first.
  setTimeout(() => {
    const next = isDismissed ? null : document.querySelector("[data-takes-focus]");
    (next ?? (element.isConnected ? element : document.getElementById("main")))?.focus();
  });
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target?.id !== "dialog" || document.querySelector("modal-dialog")) return;
  opener = { element: event.detail.elt, url: location.href };
});

// The page behind is still there: htmx must not fetch it again because of our own step back.
window.addEventListener("popstate", (event) => {
  if (!ignoresPop) {
    opener = null;
    return;
  }
  ignoresPop = false;
  event.stopImmediatePropagation();
}, { capture: true });

customElements.define("modal-dialog", ModalDialog);
