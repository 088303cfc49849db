// Shows anew how far a list is while it is being taken in or undone; without scripts a link does the same.
const place = document.querySelector("[data-progress]");

async function look() {
  try {
    const answer = await fetch(location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.querySelector("[data-progress] .progress");
    if (answer.ok && !now) {
      location.reload();
      return;
    }
    if (now) place.querySelector(".progress").replaceWith(now);
  } catch {
    // No signal: ask again a little later.
  }
  setTimeout(look, 3000);
}

if (place) setTimeout(look, 3000);
