// Checks again without leaving the page, and copies its address. Everything else works without this.
"use strict";

const form = document.querySelector("[data-again]");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  try {
    const address = new URL(form.action);
    address.search = new URLSearchParams(new FormData(form)).toString();
    const answer = await fetch(address, { headers: { Accept: "text/html" }, cache: "no-store" });
    if (!answer.ok) throw new Error(answer.statusText);
    renew(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    form.submit(); // the browser says what is wrong better than we can
  } finally {
    button.removeAttribute("aria-busy");
  }
});

function renew(fresh) {
  const state = (page) => page.querySelector("[data-state]").dataset.state;
  if (state(fresh) !== state(document)) {
    location.reload(); // revoked or expired meanwhile: all of the page says so
    return;
  }
  for (const old of document.querySelectorAll("[data-live]")) {
    const now = fresh.querySelector(`[data-live="${old.dataset.live}"]`);
    old.className = now.className;
    if (old instanceof HTMLInputElement) old.value = now.value;
    else old.replaceChildren(...now.childNodes);
  }
}

const copy = document.querySelector("[data-copy]");

if (navigator.clipboard) {
  const said = document.querySelector("[data-copied]");
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(copy.dataset.copy);
      said.textContent = "Link copied";
    } catch {
      said.textContent = copy.dataset.copy; // not allowed to: at least it can be selected
    }
  });
}
