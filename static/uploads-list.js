// The list of uploads while it refreshes itself: quietly, and honest about a connection that is lost.
"use strict";

const OFFLINE =
  "Er is geen verbinding met het portal. Wat u ziet, kan verouderd zijn. Zodra de verbinding er weer is, gaat deze lijst vanzelf verder.";
const offline = document.getElementById("uploads-offline");
const told = document.getElementById("uploads-told");
const region = () => document.getElementById("imports");
let shown = "";
let said = region().dataset.told;

// Written only where it changes: a screen reader reads aloud what is written.
const write = (place, words) => {
  if (place.textContent !== words) place.textContent = words;
};

const mustWait = () => document.hidden || region().querySelector(":active");

// Nobody looks, or somebody is just clicking on what would be replaced.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (mustWait()) event.preventDefault();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, serverResponse, pathInfo } = event.detail;
  if (xhr.status !== 200) return;
  const pathOf = (address) => new URL(address, location.href).pathname;
  if (pathInfo.responsePath && pathOf(pathInfo.requestPath) !== pathOf(pathInfo.responsePath)) {
    event.detail.shouldSwap = false; // the session has ended: this is the page to log in
    location.reload();
    return;
  }
  write(offline, "");
  if (serverResponse === shown || mustWait()) event.detail.shouldSwap = false;
  else shown = serverResponse;
});

document.addEventListener("htmx:afterSwap", () => {
  const now = region().dataset.told;
  if (now !== said) write(told, now);
  said = now;
});

for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(name, () => write(offline, OFFLINE));
}

const refresh = () => window.htmx.trigger(region(), "refresh");
window.addEventListener("online", refresh);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) refresh();
});
