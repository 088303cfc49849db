// What this device holds of attempts: answers that the server has not acknowledged, and which papers it keeps.
// Answers are stored first, sent after, dropped only when the server names their seq; what the server refuses for good
// is set aside: kept and shown, never sent again.  All of it is bound to person and attempt.
// A script without import and export: pages import it for its effect, the service worker runs the very same file.
self.suluh ??= (() => {
  const FOR_GOOD = new Set(["token", "full", "malformed"]);
  const TIMEOUT = 15000, BATCH = 50;
  const PAPER = "paper:";

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

  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

  function uuid() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    return hex(bytes).replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  // row: {person, attempt, url, token, slot, answer, opened, elapsed}.  The device's name and its seq live in the same
  // database as the rows, so two tabs never give one seq to two answers.  Resolves with the seq.
  function keep(row) {
    return inside("readwrite", (rows, meta, box) => {
      const known = meta.get("device"), paper = meta.get(PAPER + row.attempt);
      paper.onsuccess = () => {
        const kept = paper.result || { answers: {} };
        kept.answers[row.slot] = row.answer;
        if (kept.opened === row.opened) kept.elapsed = Math.max(kept.elapsed, row.elapsed);
        if (paper.result) meta.put(kept, PAPER + row.attempt);
      };
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

  // The answers of one person, or of everybody who used this device.
  function all(person) {
    return inside("readonly", (rows, meta, box) => {
      const found = person ? rows.index("person").getAll(person) : rows.getAll();
      found.onsuccess = () => { box.value = found.result.sort((a, b) => a.seq - b.seq); };
    });
  }

  const waiting = async (person) => (await all(person)).filter((row) => !row.refused);

  function settle(done, aside, why) {
    return inside("readwrite", (rows) => {
      done.forEach((seq) => rows.delete(seq));
      aside.forEach((seq) => {
        const found = rows.get(seq);
        found.onsuccess = () => found.result && rows.put({ ...found.result, refused: why });
      });
    });
  }

  const plain = ({ answer, elapsed, opened, seq, slot }) => ({ answer, elapsed, opened, seq, slot });

  // The token in the header is the whole authority: no cookie is sent, so an ended session stops nothing.  A gateway's
  // own page in between is no answer of the server: reading it as JSON fails, and the caller tries again later.
  async function ask(url, token, headers, rest) {
    const abort = new AbortController(), began = Date.now();
    const timer = setTimeout(() => abort.abort(), TIMEOUT);
    try {
      const response = await fetch(url, {
        ...rest, cache: "no-store", credentials: "omit", headers: { ...headers, "X-Attempt-Token": token }, signal: abort.signal,
      });
      const reply = await response.json();
      if (reply.v !== 1 || (!response.ok && !FOR_GOOD.has(reply.error))) throw new Error(response.status);
      return { ...reply, took: Date.now() - began };
    } finally {
      clearTimeout(timer);
    }
  }

  async function post(batch) {
    const { url, token, device } = batch[0];
    const body = JSON.stringify({ v: 1, device, rows: batch.map(plain) });
    const reply = await ask(url, token, { "Content-Type": "application/json" }, { method: "POST", body });
    const why = FOR_GOOD.has(reply.error) && reply.error;
    if (why && batch.length > 1 && why !== "token") return "singly";
    if (why) await settle([], batch.map((row) => row.seq), why);
    else await settle([...reply.saved, ...reply.late], reply.refused, "option");
    return why ? null : reply;
  }

  // One bad row must not take the others with it.  Resolves with the server's acknowledgements.
  async function deliver(batch) {
    const reply = await post(batch);
    if (reply !== "singly") return reply ? [reply] : [];
    const replies = [];
    for (const row of batch) replies.push(...(await deliver([row])));
    return replies;
  }

  // Sends what waits, attempt by attempt; one that fails holds up no other.
  async function send(rows) {
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
    return { replies, failed };
  }

  // How things stand with an attempt, for a device that has nothing to send.
  async function standing(url, token) {
    const device = await inside("readonly", (rows, meta, box) => {
      meta.get("device").onsuccess = ({ target: { result } }) => { box.value = result?.id ?? ""; };
    });
    return ask(url, token, { "X-Attempt-Device": device }, {});
  }

  // Papers.  A record says whose an attempt's kept page is, what was answered since and when; the page itself and all
  // that it loads lie in a cache of the attempt's own.  A paper opens for the person last known here and nobody else.
  const shelf = (attempt) => `suluh-paper:${attempt}`;
  const everyPaper = IDBKeyRange.bound(PAPER, `${PAPER}\uffff`);

  function paper(attempt) {
    return inside("readonly", (rows, meta, box) => {
      meta.get("holder").onsuccess = ({ target: { result: holder } }) => {
        meta.get(PAPER + attempt).onsuccess = ({ target: { result } }) => { if (result?.ready && result.person === holder) box.value = result; };
      };
    });
  }

  // {holder, papers}: who was last known here and what may be opened for them.
  function kept() {
    return inside("readonly", (rows, meta, box) => {
      meta.get("holder").onsuccess = ({ target: { result: holder } }) => {
        meta.getAll(everyPaper).onsuccess = ({ target: { result } }) => {
          box.value = { holder, papers: result.filter((one) => one.ready && one.person === holder) };
        };
      };
    });
  }

  // Forgets every paper that `goes` names, its record first: without it nothing is opened any more.
  async function drop(goes) {
    const gone = await inside("readwrite", (rows, meta, box) => {
      meta.getAll(everyPaper).onsuccess = ({ target: { result } }) => {
        box.value = result.filter(goes).map((one) => one.attempt);
        box.value.forEach((attempt) => meta.delete(PAPER + attempt));
      };
    });
    await Promise.all(gone.map((attempt) => caches.delete(shelf(attempt))));
  }

  // A page of this person came from the server: the papers of anybody else are forgotten.  Nobody: they are locked.
  async function holds(person) {
    await inside("readwrite", (rows, meta) => (person ? meta.put(person, "holder") : meta.delete("holder")));
    if (person) await drop((one) => one.person !== person);
  }

  // Begins the record of a page, with what still waits for its attempt.
  function record(one) {
    return inside("readwrite", (rows, meta) => {
      rows.index("person").getAll(one.person).onsuccess = ({ target: { result } }) => {
        const answers = {};
        const mine = result.filter((row) => row.attempt === one.attempt && !row.refused).sort((a, b) => a.seq - b.seq);
        for (const { slot, answer } of mine) answers[slot] = answer;
        meta.put({ ...one, answers, elapsed: 0, ready: false }, PAPER + one.attempt);
      };
    });
  }

  // The page that was recorded and all it needs lie in their cache: from now on it opens.
  function ready({ attempt, opened }) {
    return inside("readwrite", (rows, meta) => {
      meta.get(PAPER + attempt).onsuccess = ({ target: { result } }) => {
        if (result?.opened === opened) meta.put({ ...result, ready: true }, PAPER + attempt);
      };
    });
  }

  return { all, drop, hex, holds, keep, kept, paper, plain, ready, record, send, shelf, standing, waiting };
})();
