// The page for no network: which quizzes this device keeps for the person last known here, and what waits.
import { tellWaiting } from "./waiting.js";

const { holder, papers } = await self.suluh.kept();
const list = document.querySelector("[data-kept-papers]");
for (const { title, url } of papers) {
  const line = document.createElement("li"), link = document.createElement("a");
  link.href = url;
  link.textContent = title;
  line.append(link);
  list.querySelector("ul").append(line);
}
list.hidden = !papers.length;
document.querySelector("[data-no-papers]").hidden = Boolean(papers.length);
if (holder) tellWaiting(document.querySelector("[data-waiting-answers]"), holder);
addEventListener("online", () => location.reload());
