// Answers on this device that the server has not acknowledged.  Stored first, sent after, dropped only when the
// server names their seq.  Bound to person and attempt: another person on the same phone neither sees nor sends them.
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

function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  return Array.from(bytes, (byte, i) => ([4, 6, 8, 10].includes(i) ? "-" : "") + byte.toString(16).padStart(2, "0")).join("");
}

// row: {person, attempt, url, token, slot, answer, opened, elapsed}.  The device's name and its seq live in the same
// database as the rows, so two tabs never give one seq to two answers.
export function keep(row) {
  return inside("readwrite", (rows, meta) => {
    const known = meta.get("device");
    known.onsuccess = () => {
      const device = known.result || { id: uuid(), seq: 0 };
      device.seq += 1;
      meta.put(device, "device");
      rows.add({ ...row, device: device.id, seq: device.seq });
    };
  });
}

export function waiting(person) {
  return inside("readonly", (rows, meta, box) => {
    const found = rows.index("person").getAll(person);
    found.onsuccess = () => { box.value = found.result.sort((a, b) => a.seq - b.seq); };
  });
}

function drop(seqs) {
  return inside("readwrite", (rows) => seqs.forEach((seq) => rows.delete(seq)));
}

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
      body: JSON.stringify({
        v: 1, device, rows: batch.map(({ seq, slot, answer, opened, elapsed }) => ({ seq, slot, answer, opened, elapsed })),
      }),
      signal: abort.signal,
    });
    const reply = await response.json();
    if (!response.ok || reply.v !== 1) throw new Error(response.status);
    await drop([...reply.saved, ...reply.late, ...reply.refused]);
    return reply;
  } finally {
    clearTimeout(timer);
  }
}

// Keeps trying for one person.  changed({left, failed, replies}) is called after every round.
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
          replies.push({ attempt, ...(await post(mine.slice(i, i + BATCH))) });
        }
      } catch {
        failed = true;
      }
    }
    const left = await waiting(person);
    clearTimeout(timer);
    if (failed) {
      timer = setTimeout(send, pause * (0.75 + Math.random() / 2));
      pause = Math.min(pause * 2, RETRY_MOST);
    } else {
      pause = RETRY_FIRST;
    }
    changed({ left, failed, replies });
    return left.length;
  }

  // Resolves with the number of answers that still wait.  A call during a round asks for one more round after it.
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
