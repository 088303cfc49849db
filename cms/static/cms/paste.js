// A textarea takes only the plain words of a paste; this place takes the HTML and hands it to the server untouched.
const place = document.querySelector("#paste-place");
const area = document.querySelector("#paste-form textarea");
if (place && area) {
  place.hidden = false;
  area.hidden = true;
  let html = "";
  place.addEventListener("paste", (event) => {
    const pasted = event.clipboardData.getData("text/html");
    const text = event.clipboardData.getData("text/plain");
    event.preventDefault();
    html += pasted || text;
    place.textContent += text || "";
  });
  document.querySelector("#paste-form").addEventListener("submit", () => {
    area.value = html || place.innerText;
  });
}
