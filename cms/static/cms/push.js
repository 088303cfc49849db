// Lets this device show notifications.  Without a push manager the page says so and everything else still works.
const place = document.querySelector("[data-push-key]");
const button = place?.querySelector("button");
const said = place?.querySelector("[role=status]");

const say = (word) => {
  said.textContent = place.dataset[word];
  said.hidden = false;
};

const bytes = (text) => {
  const padded = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(padded), (letter) => letter.charCodeAt(0));
};

async function agree() {
  button.disabled = true;
  try {
    if ((await Notification.requestPermission()) !== "granted") return say("denied");
    await navigator.serviceWorker.register("/sw.js");
    const worker = await navigator.serviceWorker.ready;
    const wanted = { userVisibleOnly: true, applicationServerKey: bytes(place.dataset.pushKey) };
    const subscription = await worker.pushManager.subscribe(wanted);
    const answer = await fetch(place.dataset.address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": place.querySelector("[name=csrfmiddlewaretoken]").value },
      body: JSON.stringify(subscription),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    location.reload();
  } catch {
    say("failed");
  } finally {
    button.disabled = false;
  }
}

if (place && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window) {
  button.hidden = false;
  button.addEventListener("click", agree);
  if (Notification.permission === "denied") say("denied");
} else if (place) {
  say("unable");
}
