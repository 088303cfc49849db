// Answers on this device that the server has not acknowledged.  Stored first, sent after, dropped only when the
// server names their seq.  Bound to person and attempt: another person on the same phone neither sees nor sends them.
// What the server refuses for good is set aside: kept and shown, never sent again, in nobody's way.
const FOR_GOOD = new Set(["token", "full", "malformed"]);
const RETRY_FIRST = 2000, RETRY_MOST = 60000, TIMEOUT = 15000, BATCH = 50;

let opening;
function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("suluh-outbox", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("rows", { keyPath: "seq" }).createIndex("person", "person");
      request.result.createObjectStore("meta");
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opening;
}

// One transaction; resolves with what `work` put into its box once the transaction is on disk.
async function inside(mode, work) {
  const db = await open();
  return new Promise((resolve, reject) => {
    const box = {};
    const transaction = db.transaction(["rows", "meta"], mode, { durability: "strict" });
    transaction.oncomplete = () => resolve(box.value);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
    work(transaction.objectStore("rows"), transaction.objectStore("meta"), box);
  });
}

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
export const address = (data) => URL.createObjectURL(new Blob([JSON.stringify(data, null, 1)], { type: "application/json" }));

function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  return hex(bytes).replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// row: {person, attempt, url, token, slot, answer, opened, elapsed}.  The device's name and its seq live in the same
// database as the rows, so two tabs never give one seq to two answers.  Resolves with the seq.
export function keep(row) {
  return inside("readwrite", (rows, meta, box) => {
    const known = meta.get("device");
    known.onsuccess = () => {
      const device = known.result || { id: uuid(), seq: 0 };
      device.seq += 1;
      meta.put(device, "device");
      // While a text grows offline, only its last state has to travel.
      if (row.answer[0]?.startsWith("=")) {
        rows.index("person").openCursor(row.person).onsuccess = ({ target: { result } }) => {
          if (!result) return;
          const { attempt, slot, seq, refused } = result.value;
          if (attempt === row.attempt && slot === row.slot && seq < device.seq && !refused) result.delete();
          result.continue();
        };
      }
      rows.add({ ...row, device: device.id, seq: device.seq });
      box.value = device.seq;
    };
  });
}

export function all(person) {
  return inside("readonly", (rows, meta, box) => {
    const found = rows.index("person").getAll(person);
    found.onsuccess = () => { box.value = found.result.sort((a, b) => a.seq - b.seq); };
  });
}

export const waiting = async (person) => (await all(person)).filter((row) => !row.refused);

function settle(done, aside, why) {
  return inside("readwrite", (rows) => {
    done.forEach((seq) => rows.delete(seq));
    aside.forEach((seq) => {
      const found = rows.get(seq);
      found.onsuccess = () => found.result && rows.put({ ...found.result, refused: why });
    });
  });
}

export const plain = ({ answer, elapsed, opened, seq, slot }) => ({ answer, elapsed, opened, seq, slot });

// The token in the header is the whole authority: no cookie is sent, so an ended session stops nothing.
async function post(batch) {
  const { url, token, device } = batch[0];
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT);
  try {
    const response = await fetch(url, {
      method: "POST",
      credentials: "omit",
      headers: { "Content-Type": "application/json", "X-Attempt-Token": token },
      body: JSON.stringify({ v: 1, device, rows: batch.map(plain) }),
      signal: abort.signal,
    });
    // A gateway's own page in between is no answer of the server: reading it as JSON fails, and the rows wait on.
    const reply = await response.json();
    const why = reply.v === 1 && FOR_GOOD.has(reply.error) && reply.error;
    if (why && batch.length > 1 && why !== "token") return "singly";
    if (why) await settle([], batch.map((row) => row.seq), why);
    else if (!response.ok || reply.v !== 1) throw new Error(response.status);
    else await settle([...reply.saved, ...reply.late], reply.refused, "option");
    return why ? null : reply;
  } finally {
    clearTimeout(timer);
  }
}

// One bad row must not take the others with it.  Resolves with the server's acknowledgements.
async function deliver(batch) {
  const reply = await post(batch);
  if (reply !== "singly") return reply ? [reply] : [];
  const replies = [];
  for (const row of batch) replies.push(...(await deliver([row])));
  return replies;
}

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

// Keeps trying for one person.  changed({left, aside, failed, replies}) is called after every round.
export function courier(person, changed) {
  let running, again = false, pause = RETRY_FIRST, timer;

  async function round() {
    const rows = await waiting(person);
    const replies = [];
    let failed = false;
    for (const attempt of new Set(rows.map((row) => row.attempt))) {
      const mine = rows.filter((row) => row.attempt === attempt);
      try {
        for (let i = 0; i < mine.length; i += BATCH) {
          for (const reply of await deliver(mine.slice(i, i + BATCH))) replies.push({ attempt, ...reply });
        }
      } catch {
        failed = true;
      }
    }
    const kept = await all(person);
    const left = kept.filter((row) => !row.refused), aside = kept.filter((row) => row.refused);
    clearTimeout(timer);
    if (failed) {
      timer = setTimeout(send, pause * (0.75 + Math.random() / 2));
      pause = Math.min(pause * 2, RETRY_MOST);
    } else {
      pause = RETRY_FIRST;
    }
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
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && send());
  return send;
}
