// Lets a badge be dropped anywhere on the page, and leads to the result. Everything else works without this.
"use strict";

const form = document.querySelector("[data-verify]");
const file = form.querySelector("input[type=file]");
const zone = document.querySelector("[data-drop]");

document.getElementById("result")?.focus();

document.addEventListener("dragover", (event) => {
  event.preventDefault();
  zone.classList.add("over");
});

document.addEventListener("dragleave", () => zone.classList.remove("over"));

document.addEventListener("drop", (event) => {
  event.preventDefault();
  zone.classList.remove("over");
  const dropped = event.dataTransfer;
  if (dropped.files.length) {
    file.files = dropped.files;
    form.requestSubmit();
  } else if (/^https:/.test(dropped.getData("text/uri-list"))) {
    form.elements.url.value = dropped.getData("text/uri-list").split(/\r?\n/)[0];
    form.requestSubmit();
  }
});

form.addEventListener("submit", () => form.querySelector("button").setAttribute("aria-busy", "true"));
