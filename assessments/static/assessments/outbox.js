// The courier of one person's answers (device.js keeps and sends them), and the lines that say what it could not send.
import "./device.js";

const { all, send: deliver, waiting } = self.suluh;
const RETRY_FIRST = 2000, RETRY_MOST = 60000;

export const address = (data) => URL.createObjectURL(new Blob([JSON.stringify(data, null, 1)], { type: "application/json" }));

// Says in every [data-refused-answers] how many answers were set aside, and offers them as a file for the trainer.
function showRefused(rows) {
  for (const box of document.querySelectorAll("[data-refused-answers]")) {
    box.hidden = !rows.length;
    if (!rows.length || box.dataset.shown === String(rows.length)) continue;
    box.dataset.shown = rows.length;
    const link = document.createElement("a");
    // Without the token: the file says what was answered and opens nothing.
    const kept = rows.map(({ token, url, person, ...row }) => row);
    link.href = address(kept);
    link.download = "jawaban-ditolak.json";
    link.textContent = box.dataset.download;
    box.replaceChildren(`${box.dataset.some.replace("{n}", rows.length)} `, link);
  }
}

// Asks the browser to send once there is a network, also with every page closed, where it can do that and may.
const later = async () => {
  try {
    await (await navigator.serviceWorker?.ready)?.sync?.register("suluh-answers");
  } catch { /* forbidden by the person: the next page sends */ }
};

// Keeps trying for one person.  changed({left, aside, failed, replies}) is called after every round.
export function courier(person, changed) {
  let running, again = false, pause = RETRY_FIRST, timer, behind = false;
  const arrived = [];

  async function round() {
    const { replies, failed } = await deliver(await waiting(person));
    replies.push(...arrived.splice(0));
    const kept = await all(person);
    const left = kept.filter((row) => !row.refused), aside = kept.filter((row) => row.refused);
    clearTimeout(timer);
    if (failed) {
      timer = setTimeout(send, pause * (0.75 + Math.random() / 2));
      pause = Math.min(pause * 2, RETRY_MOST);
      if (!navigator.onLine) later(); // with a network this page itself tries again, sooner than a browser would
    } else {
      pause = RETRY_FIRST;
    }
    behind = left.length > 0;
    showRefused(aside);
    changed({ left, aside, failed, replies });
    return left;
  }

  // Resolves with the answers that still wait.  A call during a round asks for one more round after it.
  async function send() {
    if (running) {
      again = true;
      return running;
    }
    running = (async () => {
      let left;
      do {
        again = false;
        left = await round();
      } while (again);
      return left;
    })();
    try {
      return await running;
    } finally {
      running = undefined;
    }
  }

  addEventListener("online", send);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") send();
    else if (behind) later();
  });
  // The worker has sent something: what it heard concerns this page too.
  navigator.serviceWorker?.addEventListener("message", ({ data }) => {
    if (data?.replies) {
      arrived.push(...data.replies);
      send();
    }
  });
  return send;
}
