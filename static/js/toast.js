// A message that floats: it can be dismissed, and what only confirms goes by itself.

const SHOWN_FOR = 8000;

class ToastMessage extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => {
      if (event.target.closest("[data-dismisses]")) this.remove();
    });
    if (this.getAttribute("role") !== "status") return;
    this.addEventListener("pointerenter", () => this.wait());
    this.addEventListener("pointerleave", () => this.leaveSoon());
    this.addEventListener("focusin", () => this.wait());
    this.addEventListener("focusout", () => this.leaveSoon());
    this.leaveSoon();
  }

  disconnectedCallback() {
    this.wait();
  }

  leaveSoon() {
    this.wait();
    this.timer = setTimeout(() => this.remove(), SHOWN_FOR);
  }

  wait() {
    clearTimeout(this.timer);
  }
}

customElements.define("toast-message", ToastMessage);
