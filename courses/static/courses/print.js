// The print button appears only where a script can use it; without one, the browser's own menu prints.
const button = document.querySelector("[data-print]");
if (button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
