// The page of a certificate, opened by its large QR code: the payload behind "#" is judged here as well, on the device.
const place = document.getElementById("device-check");

function script(path) {
  return new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement("script"), { src: path, onload: resolve, onerror: reject });
    document.head.append(element);
  });
}

async function check() {
  if (!/^#[0-9]{40,}$/.test(location.hash)) return;
  let answer = "failed";
  try {
    if (!self.suluhOffline) await script(place.dataset.core);
    const core = self.suluhOffline;
    core.bring = () => script(place.dataset.noble);
    const bundle = await core.readBundle(await (await fetch(place.dataset.list)).text(), { signed: false });
    const verdict = await core.judge(core.parseFragment(location.hash), bundle, Date.now(), place.dataset.code);
    answer = verdict.answer;
  } catch (error) {
    if (error.reason && error.reason !== "key") answer = "unreadable";
  }
  const genuine = ["valid", "expired", "suspended", "revoked", "replaced", "status_unknown"].includes(answer);
  const said = genuine ? "genuine" : answer === "failed" ? "failed" : answer === "no_key" ? "nokey" : "forged";
  place.hidden = false;
  place.dataset.answer = answer;
  place.className = `note ${{ genuine: "good", failed: "wait", nokey: "bad", forged: "bad" }[said]}`;
  place.textContent = place.dataset[said];
}

if (place) {
  check();
  addEventListener("hashchange", check);
}
