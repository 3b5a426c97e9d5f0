// What was typed into a form that was refused, into the clipboard: one line a field.

class CopyTyped extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("[data-copies]");
    if (!button || !navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", () => this.copy(button));
  }

  async copy(button) {
    const lines = [...this.querySelectorAll("dl > div")].map((row) => {
      const [label, text] = [row.querySelector("dt"), row.querySelector("dd")];
      return `${label.textContent}: ${text.innerText}`;
    });
    await navigator.clipboard.writeText(lines.join("\n"));
    button.querySelector("span").textContent = button.dataset.done;
  }
}

customElements.define("copy-typed", CopyTyped);
