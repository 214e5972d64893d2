// ↓ and ↑ move between the rows of a list (screens.md 3.2); folds that are open where there is room (3.3).
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

  // The old value in grey beside a field that was changed (3.4); the server says the same after an error.
  document.addEventListener("change", ({ target }) => {
    const form = target.closest("form[data-before]");
    const was = form?.elements.namedItem(`was_${target.name}`);
    if (!was || target.type === "radio" || target.type === "checkbox") return;
    const field = target.closest(".field");
    field.querySelector(".field-was")?.remove();
    if (target.value === was.value || !was.value) return;
    const old = [...(target.options ?? [])].find((option) => option.value === was.value)?.text ?? was.value;
    field.append(Object.assign(document.createElement("p"), { className: "field-was", textContent: `${form.dataset.before} ${old}` }));
  });

  if (matchMedia("(min-width: 40.01rem)").matches) {
    for (const fold of document.querySelectorAll("details[data-wide]")) fold.open = true;
  }
})();
