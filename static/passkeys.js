// Passkeys: asks the browser for one and sends its answer with the form. Where it can do none, the forms stay hidden.
"use strict";

const bytesOf = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const textOf = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const withBytes = (credential) => ({ ...credential, id: bytesOf(credential.id) });

// What a browser wants as bytes comes as text.
const readable = (options) => {
  const wanted = { ...options, challenge: bytesOf(options.challenge) };
  if (options.user) wanted.user = withBytes(options.user);
  if (options.excludeCredentials) wanted.excludeCredentials = options.excludeCredentials.map(withBytes);
  if (options.allowCredentials) wanted.allowCredentials = options.allowCredentials.map(withBytes);
  return wanted;
};

// And back: the answer as text.
const writable = (credential) => {
  const response = { clientDataJSON: textOf(credential.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = textOf(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return {
    id: credential.id,
    rawId: textOf(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
};

const optionsOf = async (form) => {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const answer = await fetch(form.dataset.address, { headers: { "X-Requested-With": "XMLHttpRequest" } });
  if (!answer.ok) throw new Error(`options: ${answer.status}`);
  return (await answer.json()).request_options.publicKey;
};

const askFor = async (form) => {
  const publicKey = readable(await optionsOf(form));
  if (form.dataset.passkey === "get") return navigator.credentials.get({ publicKey });
  // a passkey that the device can find by itself also logs in without an address
  publicKey.authenticatorSelection = { ...publicKey.authenticatorSelection, residentKey: "preferred", requireResidentKey: false };
  return navigator.credentials.create({ publicKey });
};

const send = async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  const problem = form.querySelector("[data-passkey-problem]");
  problem.hidden = true;
  try {
    form.elements.credential.value = JSON.stringify(writable(await askFor(form)));
  } catch {
    problem.hidden = false; // stopped by the person, too late, or no passkey that fits
    return;
  }
  HTMLFormElement.prototype.submit.call(form);
};

// Browsers know no passkeys at an address of numbers, nor at one without https.
const isNumbers = /^[\d.]+$|^\[/.test(location.hostname);
if (window.PublicKeyCredential && window.isSecureContext && !isNumbers) {
  for (const notice of document.querySelectorAll("[data-no-passkeys]")) notice.hidden = true;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", send);
  }
}
