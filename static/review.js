// The review page works without this: it saves typing line numbers, and a reach for the button of a point.
"use strict";

// Enter in a field of an open point does what the button of that point does.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || !event.target.matches(".point input:not([type=checkbox])")) return;
  event.preventDefault();
  event.target.form.requestSubmit(event.target.closest(".point").querySelector("button[value^='seen:']"));
});

// Lines that are selected in the text fill in the numbers of the form below it.
const lineOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest("[id^='regel-']");
const numberOf = (line) => Number(line.id.slice("regel-".length)) + 1;

document.addEventListener("selectionchange", () => {
  const selection = document.getSelection();
  const text = document.querySelector(".original-text");
  const form = document.getElementById("uit-tekst");
  if (!text || !form || selection.isCollapsed || !selection.rangeCount) return;
  const range = selection.getRangeAt(0);
  if (!text.contains(range.commonAncestorContainer)) return;
  const first = lineOf(range.startContainer);
  const last = lineOf(range.endContainer);
  if (!first || !last) return;
  // a selection that ends before the first letter of a line does not take that line along
  const isBefore = range.endOffset === 0 && last !== first;
  document.getElementById("regel-van").value = numberOf(first);
  document.getElementById("regel-tot").value = numberOf(last) - (isBefore ? 1 : 0);
  form.open = true;
});
