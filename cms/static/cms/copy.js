// A tap on the WhatsApp link marks the line as sent; without this the button beside it does.
for (const link of document.querySelectorAll("[data-copy-link]")) {
  link.addEventListener("click", () => {
    const line = link.closest("article");
    const form = line.querySelector("[data-copy-form]");
    const said = line.querySelector("[role=status]");
    fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
      keepalive: true,
    }).then((answer) => {
      if (!answer.ok) return;
      said.hidden = false;
      form.hidden = true;
    }).catch(() => {}); // the button stays: nothing is lost
  });
}
for (const button of document.querySelectorAll("[data-copy-text]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.closest("article").querySelector("textarea").value);
    button.textContent = button.dataset.copyText;
  });
}
