// Share a certificate's address with the phone's own dialog; without it the link simply opens the page.
for (const link of document.querySelectorAll("[data-share]")) {
  if (!navigator.share) continue;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    navigator.share({ title: link.dataset.share, url: link.href }).catch(() => {});
  });
}

// Copy an address from its field; without a clipboard the field can still be read and copied by hand.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.copy);
    navigator.clipboard.writeText(field.value).then(
      () => { button.textContent = button.dataset.done; },
      () => field.select(),
    );
  });
}
