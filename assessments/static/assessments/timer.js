// The server's time on this device, and the time that is left of an attempt.
const JUMP = 2000, STALE = 20000;

// A monotonic clock stands still while a phone sleeps; the clock on the wall can be set.  Of the two the one that has
// gone further is believed until the server is heard: an hour too few is put right, an hour too many would be lost.
// server: what the server's clock showed at `mono`, on the monotonic clock of this page.
export function serverClock(server, mono) {
  let known = { server, mono, wall: performance.timeOrigin + mono };
  let parted = 0;
  const gone = () => ({ mono: performance.now() - known.mono, wall: Date.now() - known.wall });
  const clock = {
    sure: true,
    now() {
      const { mono, wall } = gone();
      return known.server + Math.max(mono, wall);
    },
    // The two clocks went apart since the last look: the phone slept, or somebody set its clock.
    look() {
      const { mono, wall } = gone();
      if (Math.abs(wall - mono - parted) <= JUMP) return;
      parted = wall - mono;
      clock.sure = false;
    },
    // What the server said; an answer that was asleep on its way says nothing about now.
    hear({ now, took }) {
      if (!now || took > STALE || took < 0) return;
      known = { server: now + took / 2, mono: performance.now(), wall: Date.now() };
      parted = 0;
      clock.sure = true;
    },
  };
  return clock;
}

// Shows the time left in `face`; says it in `voice` five minutes and one minute before the end and at the end, once.
export function countdown({ clock, limit, words, face, voice, ask }) {
  let said = Infinity, due = 0, hush;
  const say = (text) => {
    voice.textContent = text;
    clearTimeout(hush);
    hush = setTimeout(() => { voice.textContent = ""; }, 30000);
  };
  const tick = () => {
    clock.look();
    if (!limit.due) return;
    if (!clock.sure && navigator.onLine) ask();
    if (due !== limit.due) [due, said] = [limit.due, Infinity]; // more time was given: it is told again
    const seconds = Math.max(0, Math.ceil((due - clock.now()) / 1000));
    face.hidden = false;
    face.textContent = `${clock.sure ? words.left : words.leftAbout} ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    const edge = [0, 60, 300].find((each) => seconds <= each);
    if (edge < said) {
      said = edge;
      if (edge) say(words.minutesLeft.replace("{n}", Math.ceil(seconds / 60)));
      else say(clock.sure ? words.timeUp : words.timeMaybe);
      ask();
    }
    if (limit.closes && clock.now() > limit.closes + 3000) ask();
  };
  setInterval(tick, 1000);
  tick();
}
