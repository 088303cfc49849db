// Says how many answers of this person wait on this device (sign-out page, start page) and tries to send them.
import { courier } from "./outbox.js";

for (const box of document.querySelectorAll("[data-waiting-answers][data-person]")) {
  const show = ({ left }) => {
    box.hidden = !left.length;
    box.textContent = left.length ? box.dataset.some.replace("{n}", left.length) : "";
  };
  courier(box.dataset.person, show)().catch(() => { box.hidden = true; });
}
