// The only script of this site: a browser makes and uses passkeys for no page without one. Each form marked data-passkey asks the browser before it is sent.
const known = window.PublicKeyCredential?.parseCreationOptionsFromJSON && PublicKeyCredential.parseRequestOptionsFromJSON;

for (const form of known ? document.querySelectorAll("form[data-passkey]") : []) {
  form.hidden = false;
  form.addEventListener("submit", async sending => {
    sending.preventDefault();
    const [button, failed] = [form.querySelector("button"), form.querySelector("[role=alert]")];
    button.disabled = failed.hidden = true;
    try {
      form.elements.credential.value = JSON.stringify(await asked(form.dataset.passkey, JSON.parse(form.dataset.options)));
      form.submit();
    } catch {
      // Refused, cancelled or too late: the browser has said which, and tells no page more.
      button.disabled = failed.hidden = false;
    }
  });
}

if (known) for (const instead of document.querySelectorAll("[data-passkey-without]")) instead.hidden = true;

function asked(what, options) {
  return what === "create"
    ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
}
