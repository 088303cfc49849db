// After a post the reader's place is the first error, or the new heading together with the message above it.
const wrong = document.querySelector("[aria-invalid=true]") ?? document.querySelector(".form-errors");
const heading = document.querySelector("#messages li") && document.querySelector("main h1");
const place = wrong ?? heading;
if (place) {
  if (place === heading) place.setAttribute("aria-describedby", "messages");
  if (!place.matches("input, select, textarea, button, a")) place.tabIndex = -1;
  place.focus({ preventScroll: place === heading });
}
