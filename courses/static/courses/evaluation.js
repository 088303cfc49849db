// A sheet that has not been sent stays in this tab only (a lost signal, an ended session, a step back), under the key of
// its enrolment, so that nobody else signing in on the same phone meets it.  Nothing of it is ever sent but by the form.
const PREFIX = "suluh-evaluation-";
const store = (use) => {
  try {
    return use(sessionStorage);
  } catch {
    return null; // storage is blocked: the page works without it
  }
};

const sent = document.querySelector("[data-sent]");
if (sent) store((kept) => kept.removeItem(PREFIX + sent.dataset.sent));

const form = document.querySelector("form[data-evaluation]");
if (form) {
  const key = PREFIX + form.dataset.evaluation;
  const answers = () => [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && value);
  const kept = JSON.parse(store((there) => there.getItem(key)) || "[]");
  const shown = new Set(answers().map(([name]) => name));
  for (const [name, value] of kept) {
    const field = form.elements.namedItem(name);
    // What the server shows again after an error is newer than the draft.
    if (field && !shown.has(name)) field.value = value;
  }
  form.addEventListener("input", () => store((there) => there.setItem(key, JSON.stringify(answers()))));
}
