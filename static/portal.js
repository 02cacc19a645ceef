// htmx only saves page loads. Where swapping a part cannot do, load the page as without it.
"use strict";

const pathOf = (address) => new URL(address, location.href).pathname;

// The session has ended: the answer is the page to log in, not the part that was asked for.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { requestPath, responsePath } = event.detail.pathInfo;
  if (responsePath && pathOf(requestPath) !== pathOf(responsePath)) {
    event.detail.shouldSwap = false;
    location.reload();
  }
});

// An error, or no answer at all: let the browser send the form and show what comes.
for (const name of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(name, (event) => {
    const { elt } = event.detail;
    if (elt.matches("[list], [data-read-on-open]")) return; // what went on by itself may fail by itself
    const form = elt.closest("form");
    if (form) HTMLFormElement.prototype.submit.call(form);
    else location.reload();
  });
}

// Fields that are left empty stay out of the address, so that it is short enough to send to a colleague.
document.addEventListener("htmx:configRequest", (event) => {
  const { verb, formData } = event.detail;
  if (verb !== "get") return;
  for (const [name, value] of [...formData]) {
    if (value === "") formData.delete(name);
  }
});

// Another page of what was found: go on from its beginning, as after a page load. A filter that is on keeps the focus.
document.addEventListener("htmx:afterSettle", (event) => {
  const asked = event.detail.requestConfig?.elt;
  if (asked?.matches(".pagination a")) document.getElementById("resultaten")?.focus({ preventScroll: true });
});

// An item counts as read once its page is looked at, not while it waits in a tab behind.
const markOpened = () => {
  if (document.visibilityState !== "visible" || document.prerendering) return;
  document.removeEventListener("visibilitychange", markOpened);
  const form = document.querySelector("form[data-read-on-open]");
  if (form) htmx.trigger(form, "opened");
};
document.addEventListener("visibilitychange", markOpened);
document.addEventListener("DOMContentLoaded", markOpened);

// Who goes on at once, over a slow line, breaks off what is on its way: what was marked is sent once more. Twice is as
// once, and the browser sees to this after the page is gone.
window.addEventListener("pagehide", () => {
  for (const form of document.querySelectorAll("form.htmx-request[hx-post]")) {
    const body = new URLSearchParams(new FormData(form));
    fetch(form.action, { method: "POST", body, keepalive: true, redirect: "manual" }).catch(() => {});
  }
});
