// On a phone the list of steps comes first and the map waits behind its summary; without script it is open.

class WayMap extends HTMLElement {
  connectedCallback() {
    this.narrow = matchMedia("(max-width: 820px)");
    this.fit = () => { this.querySelector("details").open = !this.narrow.matches; };
    this.narrow.addEventListener("change", this.fit);
    this.fit();
  }

  disconnectedCallback() {
    this.narrow.removeEventListener("change", this.fit);
  }
}

customElements.define("way-map", WayMap);
