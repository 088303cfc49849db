// The page of an attempt: every change goes to the outbox first and from there to the server, and the page itself is
// kept for the time without a network.  All of it is loaded at once: nothing can be loaded when it is needed.
import "./device.js";
import { address, courier } from "./outbox.js";
import { countdown, serverClock } from "./timer.js";

const { all, drop, hex, holds, keep, paper, plain, record, standing, waiting } = self.suluh;
const html = written();
const form = document.getElementById("quiz");
const { person, attempt, token, due, closes, reviewUrl } = form.dataset;
const opened = Number(form.dataset.opened);
const words = form.dataset;
const foot = document.getElementById("quiz-state");
const elsewhere = document.getElementById("quiz-elsewhere");
const copy = document.getElementById("quiz-copy");
const receipt = document.getElementById("quiz-receipt");
const now = document.getElementById("quiz-send");
const emergency = document.getElementById("quiz-emergency");
const questions = new Map([...form.querySelectorAll("fieldset[data-slot]")].map((each) => [Number(each.dataset.slot), each]));
const newest = new Map(); // slot -> seq of the last answer given on this page
const typing = new Map(); // slot -> {timer, since}: a text that is still being written
const given = new Map(); // slot -> the answer last put into the outbox, as text
const PAUSE = 1500, LONGEST = 10000;
const limit = { due: Number(due), closes: Number(closes) };
// The server's time came with the first byte, however long that took.
const came = performance.getEntriesByType("navigation")[0]?.responseStart ?? 0;
let clock = serverClock(opened, came);

const FIELDS = "input:checked, select", TEXT = "textarea, input[type=text]";

// The form in which a text is stored: one kind of line break, no control characters, composed letters.
const clean = (text) => text.replace(/\r\n?/g, "\n").replace(/\t/g, " ").replace(/(?!\n)\p{Cc}|\p{Cs}/gu, "").normalize("NFC");

function chosen(question) {
  const text = question.querySelector(TEXT);
  if (text) return text.value.trim() ? [`=${clean(text.value)}`] : [];
  return [...question.querySelectorAll(FIELDS)].map((field) => field.value).filter(Boolean);
}

// Puts a stored answer back into the fields of its question.
function fill(question, answer) {
  for (const input of question.querySelectorAll("input:not([type=text])")) input.checked = answer.includes(input.value);
  for (const list of question.querySelectorAll("select")) {
    list.value = [...list.options].find((option) => answer.includes(option.value))?.value ?? "";
  }
  const text = question.querySelector(TEXT);
  if (text) text.value = answer[0]?.slice(1) ?? "";
}

function mark(slot, state) {
  const line = questions.get(slot)?.querySelector(".q-state");
  if (line) {
    line.textContent = state ? words[state] : "";
    line.dataset.state = state;
  }
}

function say(text, state) {
  if (foot.textContent !== text) foot.textContent = text;
  foot.dataset.state = state;
}

// Whether this page can be opened without a network, or is being shown without one.
function tell(state) {
  copy.textContent = copy.dataset[state];
}

function show({ left, aside, failed, replies }) {
  const mine = left.filter((row) => row.attempt === attempt);
  const refused = new Set(aside.filter((row) => row.attempt === attempt && row.seq >= (newest.get(row.slot) ?? 0)).map((row) => row.slot));
  const still = new Set(mine.map((row) => row.slot));
  for (const [slot, question] of questions) {
    const line = question.querySelector(".q-state");
    if (typing.has(slot)) mark(slot, "saving");
    else if (still.has(slot)) mark(slot, failed ? "waiting" : "saving");
    else if (refused.has(slot)) mark(slot, "refused");
    else if (line.dataset.state) mark(slot, "saved");
  }
  const answered = [...questions.values()].filter((question) => chosen(question).length).length;
  const count = words.answered.replace("{n}", answered);
  if (mine.length) say(`${failed ? words.waiting : words.saving} (${mine.length}) · ${count}`, "waiting");
  else if (refused.size) say(`${words.refused} (${refused.size}) · ${count}`, "refused");
  else say(`${words.saved} · ${count}`, "saved");
  now.hidden = !(mine.length && failed);
  emergency.hidden = now.hidden && !refused.size;
  now.textContent = words.sendNow.replace("{n}", mine.length);
  for (const reply of replies.filter((each) => each.attempt === attempt)) {
    // Beside the spoken line, not in it: nobody wants eight letters read aloud after every answer.
    if (reply.receipt) receipt.textContent = receipt.dataset.words.replace("{code}", reply.receipt);
    hear(reply);
  }
}

// What the server tells with every answer of its own: times, another device, the end.
function hear(reply) {
  clock.hear(reply);
  limit.due = reply.due || 0;
  limit.closes = reply.closes || 0;
  if (reply.superseded > opened) elsewhere.hidden = false;
  // Ended meanwhile, here or on another device: the server knows the page that says so.
  if (reply.status !== "open" || reply.late.length || (reply.closes && reply.now > reply.closes)) leave();
}

let leaving;
function leave() {
  leaving ??= drop((one) => one.attempt === attempt).finally(() => location.reload());
}

// Asks how things stand; without a network the device goes on by its own clock and asks again.
let asking;
function ask() {
  asking ??= standing(form.action, token).then((reply) => reply.error || hear(reply), () => {}).finally(() => {
    setTimeout(() => { asking = undefined; }, 5000);
  });
}

async function begin() {
  let broken = false;
  const again = await reopened(attempt, opened);
  if (again) {
    clock = serverClock(opened + Math.max(again.elapsed, performance.timeOrigin - again.wall), 0);
    clock.sure = false;
    for (const [slot, answer] of Object.entries(again.answers)) fill(questions.get(Number(slot)), answer);
  }
  navigator.serviceWorker?.addEventListener("message", ({ data }) => data?.kept === attempt && tell("kept"));
  const shelve = again || (await taken({ person, attempt, opened, wall: performance.timeOrigin + came }, html));
  const stored = (await waiting(person)).filter((row) => row.attempt === attempt);
  for (const row of stored) {
    if (questions.has(row.slot)) fill(questions.get(row.slot), row.answer);
    mark(row.slot, "waiting");
  }
  const send = courier(person, show);
  // A full disk or a cleared store: from then on the plain form does it all.
  const giveUp = () => {
    broken = true;
    form.classList.remove("has-outbox");
  };
  async function store(slot) {
    clearTimeout(typing.get(slot)?.timer);
    typing.delete(slot);
    const answer = chosen(questions.get(slot));
    if (given.get(slot) === answer.join(" ")) return;
    given.set(slot, answer.join(" "));
    mark(slot, "saving");
    try {
      newest.set(slot, await keep({
        person, attempt, token, slot, url: form.action, answer, opened, elapsed: Math.max(0, Math.round(clock.now() - opened)),
      }));
      await send();
    } catch {
      given.delete(slot);
      mark(slot, "");
      giveUp();
    }
  }
  const storeTexts = () => Promise.all([...typing.keys()].map(store));
  const slotOf = (event) => Number(event.target.closest("fieldset[data-slot]").dataset.slot);
  form.addEventListener("change", (event) => store(slotOf(event)));
  // A text is kept when the writing pauses, at the latest every ten seconds, and when the page is left.
  form.addEventListener("input", (event) => {
    if (!event.target.matches(TEXT)) return;
    const slot = slotOf(event), since = typing.get(slot)?.since ?? performance.now();
    clearTimeout(typing.get(slot)?.timer);
    const wait = Math.max(0, Math.min(PAUSE, since + LONGEST - performance.now()));
    typing.set(slot, { since, timer: setTimeout(store, wait, slot) });
    mark(slot, "saving");
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && storeTexts());
  addEventListener("pagehide", storeTexts);
  // With the answers on the device first, no button may lead to a browser's own "no connection" page.
  form.addEventListener("submit", async (event) => {
    if (broken) return;
    event.preventDefault();
    const review = event.submitter?.value === "review";
    try {
      await storeTexts();
      // Only what still waits for this attempt holds it back: not another quiz, not what was refused for good.
      if ((await send()).some((row) => row.attempt === attempt)) foot.focus();
      else if (review) location.assign(reviewUrl);
    } catch {
      giveUp();
      form.submit();
    }
  });
  now.addEventListener("click", send);
  form.classList.add("has-outbox");
  navigator.storage?.persist?.();
  countdown({ clock, limit, words, ask, face: document.getElementById("quiz-clock"), voice: document.getElementById("quiz-voice") });
  addEventListener("online", ask);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && ask());
  if (again) tell("copy");
  else shelve().catch(() => addEventListener("online", () => shelve().catch(() => {}), { once: true }));
  await send();
}

// Keeping the page (the worker does it, paper_worker.js: it goes on when the page is closed meanwhile).  It holds no key
// and says nothing about right and wrong; it opens for its person only, also after a restart or without a session.

// The page as it came, without what was told once.
function written() {
  const copy = document.documentElement.cloneNode(true);
  copy.querySelector("#messages")?.replaceChildren();
  return `<!doctype html>${copy.outerHTML}`;
}

// The record of this very page if it was kept before and now comes from the device, else nothing.
async function reopened(attempt, opened) {
  const kept = await paper(attempt);
  return kept?.opened === opened ? kept : undefined;
}

function parts() {
  const shown = [...document.querySelectorAll("link[href], script[src], img[src]")].map((each) => each.href || each.src);
  const loaded = performance.getEntriesByType("resource").map((each) => each.name);
  return [...new Set([...shown, ...loaded])].map((name) => new URL(name)).filter((name) => name.origin === location.origin)
    .map((name) => name.pathname).filter((path) => /^\/static\/|^\/kuis\/[^/]+\/gambar\//.test(path));
}

// Begins before anything is answered.  page: {person, attempt, opened, wall: the device's clock at `opened`}; html: what
// written() gave.  Resolves with a function that has the worker keep the page once it has loaded everything; the worker
// then says {kept: attempt}.
async function taken(page, html) {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return async () => {};
  const title = document.querySelector("h1").textContent, url = location.pathname;
  await holds(page.person);
  await record({ ...page, title, url, kept: Date.now() });
  return async () => {
    await serviceWorker.register("/sw.js");
    if (document.readyState !== "complete") await new Promise((resolve) => addEventListener("load", resolve));
    (await serviceWorker.ready).active.postMessage({ keep: { ...page, url }, html, parts: parts() });
  };
}

// The emergency file: what this device still holds of the attempt, authenticated by its token and without it
// (docs/formats.md).
emergency.addEventListener("click", async () => {
  const bytes = (text) => new TextEncoder().encode(text);
  const held = (await all(person)).filter((row) => row.attempt === attempt);
  if (!held.length) return;
  const { device, token: secret } = held.at(-1);
  // Members stand in sorted order: JSON.stringify then writes RFC 8785.
  const file = { attempt, device, format: "suluh-answers", rows: held.map(plain), version: 1 };
  const key = await crypto.subtle.importKey("raw", bytes(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const mac = hex(new Uint8Array(await crypto.subtle.sign("HMAC", key, bytes(JSON.stringify(file)))));
  const link = document.createElement("a");
  link.href = address({ ...file, mac });
  link.download = `jawaban-darurat-${attempt.slice(0, 8)}.json`;
  link.click();
});

// Without IndexedDB (some private windows) nothing is taken over: the plain form saves and sends.
begin().catch(() => form.classList.remove("has-outbox"));
