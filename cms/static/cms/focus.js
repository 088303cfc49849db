// After a form the reader's place is the first error, the place the page names, or the new heading together with the
// message above it.  A page cannot see that a form led to it, so the page before leaves a note; a form that a script
// answers in place (the quiz) leaves none.
const NOTE = "suluh-form-sent";
const notes = (use) => {
  try {
    return use(sessionStorage);
  } catch {
    return null; // storage is blocked: a message or an error still leads the reader
  }
};

const sent = notes((store) => store.getItem(NOTE));
notes((store) => store.removeItem(NOTE));
addEventListener("submit", (event) => {
  if (!event.defaultPrevented) notes((store) => store.setItem(NOTE, "1"));
});

const message = document.querySelector("#messages li");
const heading = (message || sent) && document.querySelector("main h1");
const wrong = document.querySelector("[aria-invalid=true]:not([type=hidden])") ?? document.querySelector(".form-errors");
const place = wrong ?? document.querySelector("main [autofocus]") ?? heading;
if (place) {
  if (message && place === heading) place.setAttribute("aria-describedby", "messages");
  if (!place.matches("input, select, textarea, button, a")) place.tabIndex = -1;
  place.focus({ preventScroll: place === heading });
}

// A browser may keep a whole page and bring it back by its "back" button, also that of somebody who has signed out since.
// On a phone that people share such a page is hidden and asked for anew: the door opens instead.
const LEFT = "suluh-left", shown = Date.now();
const left = (use) => {
  try {
    return use(localStorage);
  } catch {
    return null;
  }
};
addEventListener("submit", ({ target }) => {
  if (target.matches("[data-sign-out]")) left((store) => store.setItem(LEFT, String(Date.now())));
});
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted || Number(left((store) => store.getItem(LEFT))) < shown) return;
  document.documentElement.hidden = true;
  location.reload();
});
