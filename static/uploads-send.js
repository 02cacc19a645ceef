// Sends chosen, dropped and pasted newsletters one by one, tells how far it is, and goes on after a lost connection.
// Without this script the page is an ordinary form.
"use strict";

const AT_ONCE = 2;
const PAUSES = [1, 2, 5, 10, 15]; // seconds between tries while there is no connection
const SECONDS = 1000;
const MOST_ERRORS = 4; // of the portal, on one file
const STAY = "gaat het versturen hier vanzelf verder. Sluit deze pagina niet.";
const NO_CONNECTION = `Er is geen verbinding met het portal. Zodra die er weer is, ${STAY}`;
const LOGGED_OUT = `U bent uitgelogd. Log in een nieuw tabblad weer in; dan ${STAY}`;

const form = document.getElementById("upload-form");
const zone = document.getElementById("drop-zone");
const picker = form.elements.files;
const area = form.elements.text;
const sending = document.getElementById("sending");
const told = document.getElementById("sending-told");
const count = document.getElementById("sending-count");
const bar = document.getElementById("sending-bar");
const rows = document.getElementById("sending-rows");
const again = document.getElementById("sending-again");
const toList = document.getElementById("sending-list");
const listAddress = `${form.dataset.list}?upload=${form.elements.batch.value}`;

const all = []; // what is sent in this batch: {number, name, file or text, state, line}
let active = 0;
let offline = 0; // tries in a row without an answer
let timer = null;
let leaving = false;

const say = (words) => {
  if (told.textContent !== words) told.textContent = words;
};
const inState = (state) => all.filter((one) => one.state === state).length;

function add(name, content) {
  const line = document.createElement("li");
  const title = document.createElement("span");
  const state = document.createElement("span");
  title.textContent = name;
  line.append(title, state);
  const one = { number: all.length, name, ...content, state: "waiting", errors: 0, told: state };
  all.push(one);
  rows.append(line);
  show(one, "wacht");
}

function show(one, words) {
  one.told.textContent = words;
}

function showCounts() {
  const kept = inState("kept");
  const refused = inState("refused");
  bar.max = all.length;
  bar.value = kept + refused;
  count.textContent =
    `${kept} van ${all.length} verstuurd` + (refused ? `, ${refused} mislukt` : "");
  again.hidden = !refused || active > 0;
  toList.hidden = !kept || active > 0 || inState("waiting") > 0;
}

function begin() {
  sending.hidden = false;
  toList.href = listAddress;
  again.hidden = true;
  goOn();
}

function goOn() {
  showCounts();
  if (timer !== null) return;
  while (active < AT_ONCE) {
    const one = all.find(({ state }) => state === "waiting");
    if (!one) break;
    send(one);
  }
  if (active === 0 && all.length) finish();
}

function finish() {
  showCounts();
  if (inState("refused")) {
    say("Een deel van de bestanden kon niet worden verstuurd. Hieronder ziet u welke.");
    return;
  }
  if (area.value.trim() || picker.files.length) {
    say("Alles is verstuurd. Wat u intussen hebt gekozen of geplakt nog niet: kies daarvoor Uploaden.");
    return;
  }
  say("Alles is verstuurd. U gaat naar de lijst met uploads.");
  leaving = true;
  location.assign(listAddress);
}

function send(one) {
  active += 1;
  one.state = "sending";
  show(one, "wordt verstuurd");
  const data = new FormData();
  data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  data.set("batch", form.elements.batch.value);
  data.set("number", one.number);
  if (one.file) data.set("files", one.file, one.name);
  else data.set("text", one.text);
  const request = new XMLHttpRequest();
  request.open("POST", location.href);
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    if (total > 0) show(one, `wordt verstuurd, ${Math.floor((loaded / total) * 100)}%`);
  });
  request.addEventListener("loadend", () => {
    active -= 1;
    answered(one, request);
  });
  request.send(data);
}

function answered(one, { status, response }) {
  if (status === 200 && response?.uploads) {
    const [row] = response.uploads;
    one.state = "kept";
    show(one, row?.state === "duplicate" ? "ontvangen, maar is dubbel" : "ontvangen");
    offline = 0;
    say("");
  } else if (status === 200 || status === 403) {
    one.state = "waiting";
    show(one, "wacht");
    pause(LOGGED_OUT);
    return;
  } else if (status === 503 && response?.problem) {
    one.state = "waiting";
    show(one, "wacht");
    pause(`${response.problem} Zodra dat weer kan, ${STAY}`);
    return;
  } else if (status >= 500 && (one.errors += 1) === MOST_ERRORS) {
    refuse(one, "niet verstuurd: het portal gaf steeds een fout");
  } else if (status === 0 || status >= 500 || status === 429) {
    one.state = "waiting";
    show(one, "wacht");
    checkFile(one).then(() => pause(NO_CONNECTION));
    return;
  } else if (status === 413) {
    refuse(one, "niet verstuurd: het bestand is te groot");
  } else {
    refuse(one, response?.problem || "niet verstuurd: het portal nam het bestand niet aan");
  }
  goOn();
}

function refuse(one, words) {
  one.state = "refused";
  show(one, words);
}

// A file that was moved or changed since it was chosen fails like a lost connection; no waiting helps it.
async function checkFile(one) {
  try {
    if (one.file) await one.file.slice(0, 1).arrayBuffer();
  } catch {
    refuse(one, "niet verstuurd: het bestand is er niet meer of is veranderd");
  }
}

function pause(words) {
  showCounts();
  if (!all.some(({ state }) => state === "waiting")) {
    goOn();
    return;
  }
  say(words);
  if (timer !== null) return;
  timer = setTimeout(resume, PAUSES[Math.min(offline, PAUSES.length - 1)] * SECONDS);
  offline += 1;
}

// Asks for this page first: it tells whether there is a connection, and after logging in it brings a new token.
async function resume() {
  clearTimeout(timer);
  timer = null;
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("#upload-form input[name=csrfmiddlewaretoken]");
    if (answer.ok && fresh) {
      form.elements.csrfmiddlewaretoken.value = fresh.value;
      goOn();
    } else if (answer.ok) {
      pause(LOGGED_OUT);
    } else if (answer.status === 403) {
      for (const one of all) if (one.state === "waiting") refuse(one, "niet verstuurd: u mag niet meer uploaden");
      goOn();
    } else pause(NO_CONNECTION);
  } catch {
    pause(NO_CONNECTION);
  }
}

window.addEventListener("online", () => {
  if (timer !== null) resume();
});

function addFiles(files) {
  for (const file of files) add(file.name, { file });
}

form.addEventListener("submit", (event) => {
  const text = area.value;
  if (!picker.files.length && !text.trim()) return; // the server says what is missing
  event.preventDefault();
  addFiles(picker.files);
  if (text.trim()) add("Geplakte tekst", { text });
  form.reset(); // so that a second click sends nothing twice
  picker.value = "";
  area.value = "";
  begin();
  document.getElementById("sending-title").focus();
});

again.addEventListener("click", () => {
  for (const one of all) {
    if (one.state !== "refused") continue;
    one.state = "waiting";
    one.errors = 0;
    show(one, "wacht");
  }
  begin();
});

// All files in a dropped folder, and in the folders in it.
async function filesIn(entry) {
  if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const entries = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!entries.length) return found;
    for (const inner of entries) found.push(...(await filesIn(inner)));
  }
}

async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return [...transfer.files];
  const found = await Promise.all(entries.map(filesIn));
  return found.flat().filter((file) => !file.name.startsWith(".")); // what a Mac or Windows keeps in folders
}

const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
// Anywhere on the page: a drop that just misses must not make the browser open the file.
window.addEventListener("dragover", (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  zone.classList.add("is-over");
});
window.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) zone.classList.remove("is-over");
});
window.addEventListener("drop", async (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  zone.classList.remove("is-over");
  addFiles(await dropped(event.dataTransfer));
  if (all.length) begin();
});

window.addEventListener("beforeunload", (event) => {
  if (!leaving && (active || inState("waiting"))) event.preventDefault();
});
