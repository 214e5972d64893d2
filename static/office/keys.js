// Keys of every page (screens.md 3.0 and 6.1): / and Ctrl+K search, Ctrl+Enter the primary button, Esc closes.
"use strict";
(() => {
  const menus = (inside) => [...document.querySelectorAll("details.bar-menu[open], details.more[open]")]
    .filter((menu) => !inside || !menu.contains(inside));

  const search = (event) => {
    const box = document.getElementById("bar-search");
    if (!box) return;
    event.preventDefault();
    box.focus();
    box.select();
  };

  const primary = (event) => {
    const within = event.target.closest?.("form") ?? document.querySelector("main");
    const button = within?.querySelector("[data-primary]") ?? document.querySelector("main [data-primary]");
    // The serious acts (erasure, large night, merging) are never one key away.
    if (button && !button.closest("[data-serious]") && button.ariaDisabled !== "true") {
      event.preventDefault();
      button.click();
    }
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    const writing = event.target.matches?.("input, textarea, select, [contenteditable]");
    const ctrl = event.ctrlKey || event.metaKey;
    // The character, not the key: "/" is Shift+7 on a Finnish keyboard.
    if (event.key === "/" && !ctrl && !event.altKey && !writing && document.body.dataset.keys !== "off") search(event);
    else if (ctrl && event.key.toLowerCase() === "k" && !writing) search(event);
    else if (ctrl && event.key === "Enter") primary(event);
    else if (event.key === "Escape") for (const menu of menus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // Leaving a field can move the page between pressing and letting go: the button that was pressed is the one meant.
  let pressed = null;
  document.addEventListener("pointerdown", (event) => {
    const button = event.target.closest?.("button.primary");
    pressed = button && event.button === 0 ? { button, x: event.clientX, y: event.clientY } : null;
  });
  document.addEventListener("pointerup", (event) => {
    const last = pressed;
    const stayed = last && Math.hypot(event.clientX - last.x, event.clientY - last.y) < 8;
    if (stayed) setTimeout(() => { if (pressed === last && last.button.isConnected) last.button.click(); }, 0);
    else pressed = null;
  });
  document.addEventListener("click", (event) => { if (pressed?.button.contains(event.target)) pressed = null; }, true);

  document.addEventListener("click", (event) => { for (const menu of menus(event.target)) menu.open = false; });
})();
