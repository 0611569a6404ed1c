// Asks the device for a passkey, or to make one, and sends what it says. Without this file the form stays hidden, and the page offers another way.

const textOf = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const bytesOf = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(form);
    });
  }
  for (const otherWay of document.querySelectorAll("[data-passkey-none]")) otherWay.hidden = true;
}

async function ask(form) {
  const problem = form.querySelector("[data-passkey-problem]");
  problem.textContent = "";
  try {
    const { publicKey } = await optionsOf(form);
    const credential = form.dataset.passkey === "create" ? await made(publicKey) : await used(publicKey);
    form.elements.credential.value = JSON.stringify(credential);
    form.submit();
  } catch {
    problem.textContent = form.dataset.failed;
  }
}

async function optionsOf(form) {
  const here = form.querySelector("script[type='application/json']");
  if (here) return JSON.parse(here.textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  return (await answer.json()).request_options;
}

async function made(asked) {
  const credential = await navigator.credentials.create({
    publicKey: {
      ...asked,
      challenge: bytesOf(asked.challenge),
      user: { ...asked.user, id: bytesOf(asked.user.id) },
      excludeCredentials: decoded(asked.excludeCredentials),
      // Kept by the device where it can, so that it serves without an address and a password too.
      authenticatorSelection: { ...asked.authenticatorSelection, residentKey: "preferred", userVerification: "required" },
    },
  });
  return {
    ...described(credential),
    response: {
      clientDataJSON: textOf(credential.response.clientDataJSON),
      attestationObject: textOf(credential.response.attestationObject),
      transports: credential.response.getTransports?.() ?? [],
    },
  };
}

async function used(asked) {
  const credential = await navigator.credentials.get({
    publicKey: { ...asked, challenge: bytesOf(asked.challenge), allowCredentials: decoded(asked.allowCredentials) },
  });
  const { response } = credential;
  return {
    ...described(credential),
    response: {
      clientDataJSON: textOf(response.clientDataJSON),
      authenticatorData: textOf(response.authenticatorData),
      signature: textOf(response.signature),
      userHandle: response.userHandle ? textOf(response.userHandle) : null,
    },
  };
}

function described(credential) {
  return {
    id: credential.id,
    rawId: textOf(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

function decoded(credentials) {
  return (credentials ?? []).map((each) => ({ ...each, id: bytesOf(each.id) }));
}
