// Sends signed files one after the other and writes a line for each; without scripts the form sends all at once.
const form = document.querySelector("[data-sign-files]");
const place = document.getElementById("brought");

function line(list, name, said, tone) {
  const row = document.createElement("li");
  const who = document.createElement("strong");
  who.textContent = name;
  row.append(tone === "good" ? "✓ " : "⚠ ", who, `: ${said}`);
  list.append(row);
}

async function send(file) {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.append("signed", file);
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
  const told = await answer.json();
  const [found] = told.lines;
  if (found) return found;
  return { name: file.name, tone: "bad", said: Object.values(told.errors).flat()[0].message };
}

async function bring(files) {
  const list = document.createElement("ul");
  const bar = document.createElement("progress");
  bar.max = files.length;
  bar.value = 0;
  bar.setAttribute("aria-label", form.querySelector("button").textContent);
  place.replaceChildren(bar, list);
  place.scrollIntoView();
  for (const file of files) {
    try {
      const found = await send(file);
      line(list, found.number ? `${found.name} (${found.number})` : found.name, found.said, found.tone);
    } catch {
      line(list, file.name, form.dataset.unsent, "bad");
    }
    bar.value += 1;
  }
  form.reset();
}

if (form && window.FormData) {
  form.addEventListener("submit", (event) => {
    const { files } = form.elements.signed;
    if (!files.length) return;
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    bring([...files]).finally(() => {
      button.disabled = false;
    });
  });
}
