// Copies what stands on the page. Without this, the fields can be selected and copied by hand.
"use strict";

function said(where, text) {
  document.querySelector(`[data-said="${where}"]`).textContent = text;
}

function wire(button, where, copy) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await copy();
      said(where, "Copied");
    } catch {
      const field = document.querySelector(`[data-plain="${where}"]`);
      field.focus();
      field.select();
      said(where, "Press Ctrl+C to copy what is selected");
    }
  });
}

if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy-rich]")) {
    const where = button.dataset.copyRich;
    const html = document.querySelector(`[data-plain="${where}"]`).value;
    const plain = document.querySelector(`[data-rich="${where}"] a`).href;
    wire(button, where, () =>
      navigator.clipboard.write([
        new ClipboardItem({
          "text/html": new Blob([html], { type: "text/html" }),
          "text/plain": new Blob([plain], { type: "text/plain" }),
        }),
      ]),
    );
  }
  for (const button of document.querySelectorAll("[data-copy-plain]")) {
    const where = button.dataset.copyPlain;
    wire(button, where, () => navigator.clipboard.writeText(document.querySelector(`[data-plain="${where}"]`).value));
  }
  for (const button of document.querySelectorAll("[data-copy-text]")) {
    wire(button, "embed", () => navigator.clipboard.writeText(button.dataset.copyText));
  }
}
