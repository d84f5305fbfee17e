// Passkeys on the pages that the server makes: a form with data-passkey ("create" or "get") and the options as data-options;
// its button asks the browser, and the answer is sent with the form.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const read = (options) => {
  const known = (list) => (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));
  return {
    ...options,
    challenge: bytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
    excludeCredentials: known(options.excludeCredentials),
    allowCredentials: known(options.allowCredentials),
  };
};

const written = (made) => {
  const response = { clientDataJSON: text(made.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature"])
    if (made.response[name]) response[name] = text(made.response[name]);
  return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response, clientExtensionResults: {} });
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    const field = form.elements.namedItem("credential");
    if (field.value) return;
    event.preventDefault();
    try {
      const publicKey = read(JSON.parse(form.dataset.options));
      const made = await navigator.credentials[form.dataset.passkey]({ publicKey });
      field.value = written(made);
      form.submit();
    } catch {
      form.querySelector("[role=alert]").hidden = false;
    }
  });
}
