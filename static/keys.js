// Keyboard shortcuts. They are an extra: never in a field, never with Ctrl, Alt or Cmd, and they can be turned off.
"use strict";

(() => {
  const STORE = "sneltoetsen";
  const PATIENCE = 1500; // milliseconds between g and the next key
  const sheet = document.getElementById("sneltoetsen");
  if (!sheet || !sheet.showModal) return;
  const toggle = sheet.querySelector("[data-keys-on]");
  let leader = -Infinity;

  const stored = () => {
    try {
      return localStorage.getItem(STORE);
    } catch {
      return null; // a browser that keeps nothing
    }
  };
  toggle.checked = stored() !== "uit";
  toggle.addEventListener("change", () => {
    try {
      localStorage.setItem(STORE, toggle.checked ? "aan" : "uit");
    } catch {
      // then it holds for this page
    }
  });

  for (const button of document.querySelectorAll("[data-open=sneltoetsen]")) {
    button.hidden = false;
    button.addEventListener("click", () => sheet.showModal());
  }
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.copy);
      field.select();
      await navigator.clipboard.writeText(field.value);
      button.textContent = "Gekopieerd";
    });
  }

  const isShown = (element) => element.getClientRects().length > 0;
  const rows = () => [...document.querySelectorAll("main article h2 a, main article h3 a, .month-event")].filter(isShown);

  const step = (by) => {
    const all = rows();
    const now = document.activeElement;
    const article = now.closest("article");
    const here = all.findIndex((link) => link === now || (article && article.contains(link)));
    const next = here < 0 ? (by > 0 ? 0 : all.length - 1) : here + by;
    all[next]?.focus();
  };

  const mark = () => {
    const article = document.activeElement.closest("article") || document.querySelector("main article.reading");
    article?.querySelector(".bookmark-button")?.click();
  };

  const search = () => {
    const field = [...document.querySelectorAll("main input[type=search]")].find(isShown);
    if (field) field.focus();
    else sheet.querySelector("[data-key=b]").click();
  };

  const actions = { "/": search, "?": () => sheet.showModal(), j: () => step(1), k: () => step(-1), m: mark };

  document.addEventListener("keydown", (event) => {
    if (!toggle.checked || event.defaultPrevented || event.isComposing) return;
    if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
    const field = event.target.closest("input, textarea, select, summary, [contenteditable], [role=listbox], [role=combobox]");
    if (field && isShown(field)) return; // for a moment the focus is still in the sheet that was closed
    const isSecond = event.timeStamp - leader < PATIENCE;
    leader = event.key === "g" && !isSecond ? event.timeStamp : -Infinity;
    const action = isSecond ? () => sheet.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click() : actions[event.key];
    if (!action || (event.repeat && !"jk".includes(event.key))) return;
    event.preventDefault();
    action();
  });
})();

// A bookmark shows what was asked at once; the answer brings a new button that tells what is true.
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.detail.elt;
  if (!form.matches("form.bookmark")) return;
  form.querySelector("button").setAttribute("aria-pressed", form.elements.aan.value === "1" ? "true" : "false");
});
