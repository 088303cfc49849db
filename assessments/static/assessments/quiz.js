// The page of an attempt: every change goes to the outbox first and from there to the server.
import { courier, keep, waiting } from "./outbox.js";

const form = document.getElementById("quiz");
const { person, attempt, token, opened, due, closes, reviewUrl } = form.dataset;
const words = form.dataset;
const foot = document.getElementById("quiz-state");
const clock = document.getElementById("quiz-clock");
const now = document.getElementById("quiz-send");
const questions = new Map([...form.querySelectorAll("fieldset[data-slot]")].map((each) => [Number(each.dataset.slot), each]));
const newest = new Map(); // slot -> seq of the last answer given on this page
const limit = { due: Number(due), closes: Number(closes), said: Infinity };

const chosen = (question) => [...question.querySelectorAll("input:checked")].map((input) => input.value);
const serverNow = () => Number(opened) + performance.now();

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

function show({ left, aside, failed, replies }) {
  const mine = left.filter((row) => row.attempt === attempt);
  const refused = new Set(aside.filter((row) => row.attempt === attempt && row.seq >= (newest.get(row.slot) ?? 0)).map((row) => row.slot));
  const still = new Set(mine.map((row) => row.slot));
  for (const [slot, question] of questions) {
    const line = question.querySelector(".q-state");
    if (still.has(slot)) mark(slot, failed ? "waiting" : "saving");
    else if (refused.has(slot)) mark(slot, "refused");
    else if (line.dataset.state) mark(slot, "saved");
  }
  const answered = [...questions.values()].filter((question) => chosen(question).length).length;
  const count = words.answered.replace("{n}", answered);
  if (mine.length) say(`${failed ? words.waiting : words.saving} (${mine.length}) · ${count}`, "waiting");
  else if (refused.size) say(`${words.refused} (${refused.size}) · ${count}`, "refused");
  else say(`${words.saved} · ${count}`, "saved");
  now.hidden = !(mine.length && failed);
  now.textContent = words.sendNow.replace("{n}", mine.length);
  for (const reply of replies.filter((each) => each.attempt === attempt)) {
    limit.due = reply.due || 0;
    limit.closes = reply.closes || 0;
    // Ended meanwhile, here or on another device: the server knows the page that says so.
    if (reply.status !== "open" || reply.late.length) location.reload();
  }
}

// Time left, told aloud only five minutes and one minute before the end.
function tick() {
  if (!limit.due) return;
  const seconds = Math.max(0, Math.ceil((limit.due - serverNow()) / 1000));
  clock.hidden = false;
  clock.textContent = `${words.left} ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  for (const edge of [300, 60, 0]) {
    if (seconds <= edge && limit.said > edge) {
      limit.said = edge;
      say(edge ? clock.textContent : words.timeUp, "waiting");
    }
  }
  if (limit.closes && serverNow() > limit.closes + 3000) location.reload();
}

async function begin() {
  let broken = false;
  const stored = (await waiting(person)).filter((row) => row.attempt === attempt);
  for (const row of stored) {
    for (const input of questions.get(row.slot)?.querySelectorAll("input") ?? []) input.checked = row.answer.includes(input.value);
    mark(row.slot, "waiting");
  }
  const send = courier(person, show);
  // A full disk or a cleared store: from then on the plain form does it all.
  const giveUp = () => {
    broken = true;
    form.classList.remove("has-outbox");
  };
  form.addEventListener("change", async (event) => {
    const question = event.target.closest("fieldset[data-slot]");
    const slot = Number(question.dataset.slot);
    mark(slot, "saving");
    try {
      newest.set(slot, await keep({
        person, attempt, token, slot, url: form.action, answer: chosen(question),
        opened: Number(opened), elapsed: Math.round(performance.now()),
      }));
      await send();
    } catch {
      mark(slot, "");
      giveUp();
    }
  });
  // With the answers on the device first, no button may lead to a browser's own "no connection" page.
  form.addEventListener("submit", async (event) => {
    if (broken) return;
    event.preventDefault();
    const review = event.submitter?.value === "review";
    try {
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
  setInterval(tick, 1000);
  tick();
  await send();
}

// Without IndexedDB (some private windows) nothing is taken over: the plain form saves and sends.
begin().catch(() => form.classList.remove("has-outbox"));
