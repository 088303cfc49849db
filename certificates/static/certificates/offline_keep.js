// Keeps the verifier on this device, when somebody asks for it.
const place = document.getElementById("keep");
const button = place?.querySelector("button"), said = place?.querySelector("[role=status]");

async function keep() {
  button.disabled = true;
  try {
    await navigator.serviceWorker.register(place.dataset.worker);
    const { active } = await navigator.serviceWorker.ready;
    const answer = new Promise((resolve) => {
      navigator.serviceWorker.addEventListener("message", ({ data }) => "luring" in data && resolve(data.luring));
      navigator.serviceWorker.startMessages();
    });
    active.postMessage({ luring: true });
    said.textContent = (await answer) ? place.dataset.kept : place.dataset.failed;
  } catch {
    said.textContent = place.dataset.failed;
  }
  button.disabled = false;
}

if (place && navigator.serviceWorker) {
  place.hidden = false;
  button.addEventListener("click", keep);
}
