// The editor of a question shows the fields of the chosen kind only.  Nothing is lost by changing one's mind: the server
// leaves the fields of the other kinds as they are.
function show() {
  const kind = document.querySelector("select[name=kind]");
  if (!kind) return;
  const update = () => {
    for (const panel of document.querySelectorAll("[data-question-kinds]")) {
      panel.hidden = !panel.dataset.questionKinds.split(" ").includes(kind.value);
    }
  };
  kind.addEventListener("change", update);
  update();
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", show);
else show();
