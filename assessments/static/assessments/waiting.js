// Says how many answers of this person wait on this device (sign-out page, start page), sends them by itself and on
// demand.  The page comes from the server, so it knows who is here: papers kept for anybody else are forgotten.
import "./device.js";
import { courier } from "./outbox.js";

export function tellWaiting(box, person) {
  const line = document.createElement("span"), button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  button.addEventListener("click", () => { button.disabled = true; send().finally(() => { button.disabled = false; }); });
  const send = courier(person, ({ left }) => {
    box.hidden = !left.length;
    line.textContent = left.length ? `${box.dataset.some.replace("{n}", left.length)} ` : "";
    button.textContent = box.dataset.sendNow.replace("{n}", left.length);
  });
  box.replaceChildren(line, button);
  send().catch(() => { box.hidden = true; });
}

for (const box of document.querySelectorAll("[data-waiting-answers][data-person]")) {
  self.suluh.holds(box.dataset.person).catch(() => {}); // no storage here, so nothing is kept either
  tellWaiting(box, box.dataset.person);
}
