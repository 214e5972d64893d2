// ↓ and ↑ move between the rows of a list (screens.md 3.2); folds that are open where there is room for them (3.3).
"use strict";
(() => {
  document.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
    const links = [...document.querySelectorAll("[data-rows] li > div:first-child > a")];
    const from = links.indexOf(document.activeElement);
    if (from < 0) return;
    event.preventDefault();
    links[from + step]?.focus();
  });

  if (matchMedia("(min-width: 40.01rem)").matches) {
    for (const fold of document.querySelectorAll("details[data-wide]")) fold.open = true;
  }
})();
