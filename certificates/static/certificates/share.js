// Share a certificate's address with the phone's own dialog; without it the link simply opens the page.
for (const link of document.querySelectorAll("[data-share]")) {
  if (!navigator.share) continue;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    navigator.share({ title: link.dataset.share, url: link.href }).catch(() => {});
  });
}
