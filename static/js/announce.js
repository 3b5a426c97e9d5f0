// One polite live region: "Northwind is now in Negotiation". The server speaks through HX-Trigger: {"announce": "…"}.

export function announce(text) {
  const region = document.getElementById("announcer");
  if (!region) return;
  region.textContent = "";
  // The same words twice are announced twice only if the region was seen empty in between.
  requestAnimationFrame(() => { region.textContent = text; });
}

document.addEventListener("announce", (event) => announce(event.detail.value));
