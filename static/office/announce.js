// What changed is said in the one status region, and the focus never falls off the page (screens.md 6.2, 6.3).
"use strict";
(() => {
  const region = document.getElementById("status");
  let said = "";
  const say = (text) => { if (text && text !== said) region.textContent = said = text; };

  for (const field of document.querySelectorAll("[aria-invalid=true]")) {
    for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  }
  document.querySelector(".error-summary")?.focus();
  const messages = [...document.querySelectorAll(".messages > li")].map((item) => item.textContent.trim());
  // A region that is filled while the page loads is not read: it has to change afterwards.
  setTimeout(() => say(messages.join(" ")), 300);

  let heading = null;
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    heading = detail.target.contains(document.activeElement)
      ? detail.target.closest("section, form, main")?.querySelector("[tabindex='-1']") : null;
  });
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    const told = detail.elt.matches("[data-announce]") ? detail.elt : detail.elt.querySelector("[data-announce]");
    say(told?.dataset.announce);
    if (document.activeElement === document.body) heading?.focus();
  });
  for (const fault of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(fault, () => say(region.dataset.failed));
  }
})();
