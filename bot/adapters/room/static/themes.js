// Light or dark: the system's choice until somebody presses the button.

import { byId } from "./dom.js";

const system = matchMedia("(prefers-color-scheme: dark)");

const isDark = () => (document.documentElement.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";

export function wireTheme() {
  const button = byId("theme");
  const draw = () => {
    button.querySelector("span").textContent = isDark() ? "Light theme" : "Dark theme";
    button.querySelector("use").setAttribute("href", isDark() ? "#i-sun" : "#i-moon");
  };
  button.addEventListener("click", () => {
    const wanted = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = wanted;
    try {
      localStorage.setItem("laurel-theme", wanted);
    } catch {
      // it holds until the page is left
    }
    draw();
  });
  system.addEventListener("change", draw);
  draw();
}
