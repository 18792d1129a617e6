// Before the page is drawn, so that it never flashes in the wrong colours. The only script that is no module.
(() => {
  const kept = (() => {
    try {
      return localStorage.getItem("laurel-theme");
    } catch {
      return null; // storage can be forbidden; the system's choice is good too
    }
  })();
  if (kept === "light" || kept === "dark") document.documentElement.dataset.theme = kept;
})();
