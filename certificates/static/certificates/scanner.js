// The camera on the page for checking: leads to the certificate's own address, and to no other host.
const place = document.getElementById("scanner");
const [start, stop] = place ? place.querySelectorAll("button") : [];
const video = place?.querySelector("video"), said = place?.querySelector("[role=status]");
let end = null;

function script(path) {
  return new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement("script"), { src: path, onload: resolve, onerror: reject });
    document.head.append(element);
  });
}

function show(open) {
  video.hidden = stop.hidden = !open;
  start.hidden = open;
}

function tell(words, host = "") {
  said.className = words ? "note bad" : "";
  said.textContent = host ? `${words} ${host}` : words;
}

// Where a code leads: only an address of this site's own, with the path of a certificate.
export function destination(text, hosts) {
  let address;
  try {
    address = new URL(text);
  } catch {
    return /^[0-9A-Za-z][0-9A-Za-z -]{16,40}$/.test(text) ? { path: `/verifikasi/?kode=${encodeURIComponent(text)}` } : { host: "" };
  }
  const ours = /^https?:$/.test(address.protocol) && hosts.includes(address.host) && /^\/v\/[^/]+$/.test(address.pathname);
  return ours ? { path: address.pathname + address.hash } : { host: address.host || address.protocol };
}

function found(text) {
  show(false);
  const { path, host } = destination(text, place.dataset.hosts.split(" "));
  if (path) location.assign(path);
  else tell(host ? place.dataset.elsewhere : place.dataset.nothing, host);
}

async function open() {
  tell("");
  try {
    if (!self.suluhCamera) await script(place.dataset.camera);
    self.suluhCamera.bring = () => script(place.dataset.reader);
    show(true);
    end = await self.suluhCamera.scan(video, found);
  } catch {
    show(false);
    tell(place.dataset.refused);
  }
}

if (place && navigator.mediaDevices?.getUserMedia) {
  place.hidden = false;
  start.addEventListener("click", open);
  stop.addEventListener("click", () => {
    show(false);
    if (end) end();
  });
}
