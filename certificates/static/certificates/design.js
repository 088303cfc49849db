// The preview follows the form as it is typed.  A chosen file is only seen after "Preview": the server prepares it first.
const form = document.querySelector("#design-form");
const picture = document.querySelector("#design-preview");
const paper = document.querySelector("#design-pdf");
if (form && picture && paper) {
  let waiting = 0;
  const refresh = () => {
    const said = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && value && !["csrfmiddlewaretoken", "note", "after"].includes(name)) {
        said.append(name, value);
      }
    }
    picture.src = `${picture.src.split("?")[0]}?${said}`;
    paper.href = `${paper.href.split("?")[0]}?${said}`;
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, 500);
  });
}
