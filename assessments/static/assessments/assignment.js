// The text of an assignment is saved while it is written; what could not be saved stays in this tab until it can.
// Without scripts the two buttons of the form do the same.
const AT_ONCE = 20 * 1024 * 1024;
const PAUSE = 2000;
const AGAIN = 15000;

for (const form of document.querySelectorAll("form[data-work]")) {
  const text = form.elements.teks;
  const revision = form.elements.versi;
  const says = form.querySelector(".save-state");
  const name = `tugas:${form.dataset.person}:${form.dataset.draft}`;
  let stored = text ? text.value : "";
  let timer = 0;
  let busy = false;

  const say = (state, tone) => {
    if (!says) return;
    says.textContent = says.dataset[state];
    says.dataset.state = tone;
    says.hidden = false;
  };
  const remember = () => {
    try { sessionStorage.setItem(name, JSON.stringify({ text: text.value, revision: revision.value })); } catch { /* full or forbidden */ }
  };
  const forget = () => {
    try { sessionStorage.removeItem(name); } catch { /* forbidden */ }
  };

  const save = async () => {
    clearTimeout(timer);
    if (busy || text.value === stored) return;
    busy = true;
    const sent = text.value;
    const body = new URLSearchParams({ teks: sent, versi: revision.value });
    try {
      const answer = await fetch(form.dataset.draft, {
        method: "POST", body, redirect: "error", headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
      });
      if (answer.status === 409) say("changed", "waiting");
      else if (answer.ok) {
        revision.value = (await answer.json()).versi;
        stored = sent;
        if (text.value === sent) { forget(); say("saved", "saved"); }
      } else say("waiting", "waiting");
    } catch {
      say("waiting", "waiting");
      timer = setTimeout(save, AGAIN);
    }
    busy = false;
    if (text.value !== stored && text.value !== sent) later();
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(save, PAUSE); };

  if (text) {
    let left = null;
    try { left = JSON.parse(sessionStorage.getItem(name)); } catch { /* nothing usable */ }
    if (left && left.text !== text.value && !("bound" in form.dataset)) {
      text.value = left.text;
      revision.value = left.revision;
      say("restored", "waiting");
      later();
    } else if (left) forget();
    text.addEventListener("input", () => { remember(); later(); });
    addEventListener("online", save);
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(); });
  }

  const files = form.elements.berkas;
  const complaint = form.querySelector("[data-too-large]");
  const fits = () => {
    if (!files) return true;
    const most = Number(files.dataset.mostBytes);
    const chosen = [...files.files];
    const large = chosen.find((file) => file.size > most);
    const together = chosen.reduce((sum, file) => sum + file.size, 0) > AT_ONCE;
    complaint.hidden = !large && !together;
    if (large) {
      const size = (large.size / 1048576).toLocaleString("id", { maximumFractionDigits: 1 });
      complaint.textContent = complaint.dataset.tooLarge.replace("{n}", large.name).replace("{size}", size);
    } else if (together) complaint.textContent = complaint.dataset.together;
    return complaint.hidden;
  };
  if (files) files.addEventListener("change", fits);
  form.addEventListener("submit", (event) => {
    if (!fits()) { event.preventDefault(); files.focus(); return; }
    clearTimeout(timer);
    say("sending", "waiting");
  });
}
