// Nothing typed is lost: not by leaving, by a second press, by a time-out, or by a lost connection (screens.md 1.5).
"use strict";
(() => {
  const { session, user } = document.body.dataset;
  const dialog = document.getElementById("guard");
  const typed = new Set();
  const tabs = new BroadcastChannel("ilonet-session");
  let timer, waiting = null, asked = null, active = Date.now();

  const guarded = (form) => form?.matches("form[method=post]:not([data-guard=off])");
  const show = (name) => {
    for (const part of dialog.children) part.hidden = part.dataset.case !== name;
    dialog.setAttribute("aria-labelledby", `guard-${name}`);
    if (!dialog.open) dialog.showModal();
  };

  const end = () => (typed.size ? show("ended") : location.reload());
  const soon = async () => {
    if (Date.now() - active < 120000 && (await ask()) === "good") return; // someone is writing: no need to disturb
    show("soon");
    timer = setTimeout(end, 120000);
  };
  const arm = (seconds) => {
    clearTimeout(timer);
    timer = setTimeout(soon, Math.max(seconds - 120, 5) * 1000);
  };

  const ask = async () => {
    try {
      const answer = await fetch(session, { headers: { Accept: "application/json" }, cache: "no-store" });
      if (!answer.ok) return "lost";
      const now = await answer.json();
      if (now.user !== user) return now.user ? "other" : "ended";
      for (const input of document.getElementsByName("csrfmiddlewaretoken")) input.value = now.csrf;
      arm(now.seconds);
      tabs.postMessage(now.seconds);
      return "good";
    } catch {
      return "lost";
    }
  };

  const send = async (form, button) => {
    waiting = { form, button };
    form.ariaBusy = "true";
    const state = await ask();
    form.ariaBusy = null;
    if (state !== "good") return show(state);
    if (dialog?.open) dialog.close();
    waiting = null;
    asked = form;
    form.requestSubmit(button?.isConnected ? button : null);
    asked = null;
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.matches("form[method=post]")) return;
    if (form.ariaBusy || form.dataset.sent) return event.preventDefault(); // second press: one act
    if (user && asked !== form) {
      event.preventDefault();
      return send(form, event.submitter);
    }
    typed.clear();
    if (!form.matches("[data-stays]")) form.dataset.sent = "yes"; // a download leaves the page where it is
  });

  document.addEventListener("input", ({ target }) => {
    active = Date.now();
    if (target.closest("main") && guarded(target.form)) typed.add(target.form);
  });
  addEventListener("beforeunload", (event) => { if (typed.size) event.preventDefault(); });
  addEventListener("pageshow", () => { for (const form of document.forms) delete form.dataset.sent; });
  tabs.onmessage = ({ data }) => { arm(data); if (dialog?.open && !waiting) dialog.close(); };

  dialog?.addEventListener("click", async ({ target }) => {
    const act = target.closest("[data-act]")?.dataset.act;
    if (act === "close") { waiting = null; dialog.close(); }
    if (act === "retry" && waiting) send(waiting.form, waiting.button);
    else if (act === "retry" || act === "stay") {
      const state = await ask();
      if (state === "good") dialog.close(); else show(state);
    }
  });
  if (user) { arm(Number(document.body.dataset.seconds)); tabs.postMessage(Number(document.body.dataset.seconds)); }
})();
