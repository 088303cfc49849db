// The page: takes a payload, judges it on this device and says the answer first, then the facts apart.
const core = self.suluhOffline;
const at = (id) => document.getElementById(id);
const ICONS = { good: "M12 3 4 6v6c0 5 3.5 8 8 9 4.5-1 8-4 8-9V6zM8.5 12l2.5 2.5 4.5-5", wait: "M12 4 2.5 20h19zM12 10v4M12 17v.01", bad: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9 9l6 6M15 9l-6 6" };
let bundle = null;
// Which record keys may sign a newer list: those of the list that came with this page.
let anchor = null;

function element(name, words, kind) {
  const made = document.createElement(name);
  if (words) made.textContent = words;
  if (kind) made.className = kind;
  return made;
}

function icon(tone) {
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  drawn.setAttribute("viewBox", "0 0 24 24");
  drawn.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[tone]);
  drawn.append(path);
  return drawn;
}

function factList(rows) {
  const list = element("dl");
  for (const [name, value] of rows) if (value) list.append(element("dt", name), element("dd", value));
  return list;
}

// One answer, one sentence; then what it rests on.
function show({ answer, claims, asOf, expired, genuine, demo, host, rows }) {
  const [tone, sentence, next] = WORDS[answer];
  const verdict = element("div", "", `verdict ${tone}`);
  verdict.append(icon(tone), element("h2", host ? `${sentence}: ${host}` : sentence));
  const shown = at("hasil");
  shown.textContent = "";
  shown.dataset.answer = answer;
  shown.append(verdict);
  if (demo) shown.append(element("p", "CONTOH. Dibuat untuk peragaan; tidak membuktikan apa pun.", "verdict wait"));
  if (genuine && claims) shown.append(element("p", claims.name, "person"));
  shown.append(element("p", next));
  if (genuine) shown.append(element("p", listWords(answer, asOf)));
  if (genuine && expired && answer !== "expired") shown.append(element("p", "Masa berlakunya juga sudah lewat."));
  if (genuine && (rows || claims)) shown.append(factList(rows || rowsOf(claims)));
  if (claims && !genuine) shown.append(element("p", "Apa pun nama dan nomor di dalamnya tidak ditampilkan, karena tidak terbukti.", "small"));
  shown.append(element("p", `Diperiksa di perangkat ini menurut jam perangkat: ${momentInWords(Date.now())}.`, "small"));
  shown.focus();
}

function listWords(answer, asOf) {
  if (!asOf) return "Daftar kepercayaan ini tidak memuat status sertifikat ini.";
  const said = `Status menurut daftar per ${momentInWords(Date.parse(asOf))}.`;
  if (answer === "valid") return `${said} Pencabutan sesudah waktu itu belum terlihat di sini.`;
  if (answer === "status_unknown") return `${said} Daftar itu sudah lewat waktunya, tidak lengkap, atau kunci penanda tangannya pernah bocor.`;
  return said;
}

function rowsOf(claims) {
  const kind = claims.kind === "training" ? "Pelatihan" : "Kompetensi";
  return [
    ["Nomor", claims.number],
    ["Jenis", `${kind}, ${claims.course}`],
    ["Hasil", claims.result],
    ["Penerbit", claims.issuer],
    ["Tanggal terbit", dayInWords(claims.issuedOn)],
    ["Berlaku sampai", claims.validUntil ? dayInWords(claims.validUntil) : "tanpa batas waktu"],
    ["Kode", claims.code],
    ["Tanda tangan", `cocok, dibuat kunci ${claims.keyId}`],
  ];
}

// What was typed, pasted or scanned.
async function check(text) {
  try {
    show(await answerTo(text.trim()));
  } catch (error) {
    show({ answer: error instanceof core.Refused ? error.reason : "too_old" });
  }
}

async function answerTo(text) {
  if (!bundle) return { answer: "no_bundle" };
  if (text.startsWith("{")) return self.suluhCredential.check(text, bundle, Date.now());
  const address = /^https?:\/\/([^/?#\s]+)([^#\s]*)/i.exec(text);
  if (address && !bundle.hosts.includes(address[1].toLowerCase())) return { answer: "other_host", host: address[1] };
  // Before the number stands nothing, or an address of ours: whatever else is there, a phone would go there.
  const before = text.replace(/#[^#]*$/, "").trim(), elsewhere = { answer: "other_host", host: before.slice(0, 200) };
  if (!address && /\/v\//i.test(before)) return elsewhere;
  const code = address ? /\/v\/([^/?#]+)/i.exec(address[2]) : null;
  if (address && !text.includes("#")) return { answer: "address_only" };
  const token = core.parseFragment(text);
  if (!address && before && text.includes("#")) return elsewhere;
  return core.judge(token, bundle, Date.now(), code ? core.normalCode(code[1]) || code[1] : "");
}

// Files: a photo of the code, a credential, or a text with the payload.

async function checkFile(file) {
  if (!file.type.startsWith("image/") || file.type.includes("svg")) return check(await textOf(file));
  const picture = new Image();
  picture.src = URL.createObjectURL(file);
  await new Promise((resolve) => { picture.onload = picture.onerror = resolve; });
  const found = picture.naturalWidth ? await self.suluhCamera.read(picture, picture.naturalWidth, picture.naturalHeight) : "";
  URL.revokeObjectURL(picture.src);
  return found ? check(found) : show({ answer: "unreadable" });
}

const textOf = (file) => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.onload = () => resolve(String(reader.result));
  reader.onerror = reject;
  reader.readAsText(file);
});

// The list

async function take(text) {
  const found = await core.readBundle(text);
  if (anchor) {
    if (!(await core.follows(found, anchor))) throw new core.Refused("stranger", "");
    if (Date.parse(found.made_at) < Date.parse(bundle.made_at)) throw new core.Refused("older", "");
  }
  bundle = found;
  tellList();
}

const REFUSALS = {
  unreadable: "Berkas itu bukan daftar kepercayaan Suluh.",
  key: "Daftar itu tidak ditandatangani kunci yang dimuatnya sendiri pada waktunya. Tidak dipakai.",
  signature: "Daftar itu telah diubah: tanda tangannya tidak cocok. Tidak dipakai.",
  stranger: "Daftar itu ditandatangani kunci yang tidak dikenal daftar bawaan. Tidak dipakai; unduh pemeriksa yang baru dari alamat resmi.",
  older: "Daftar itu lebih tua daripada yang sedang dipakai. Tidak dipakai.",
};

function tellList(refusal) {
  const place = at("daftar");
  place.textContent = "";
  if (refusal) place.append(element("p", refusal, "verdict bad"));
  if (!bundle) return place.append(element("p", "Belum ada. Pilih berkas suluh-trust.json.", "verdict wait"));
  const late = Date.now() > Date.parse(bundle.next_by);
  if (late) place.append(element("p", "Daftar ini sudah lewat waktunya: ambil yang baru bila ada jaringan.", "verdict wait"));
  place.append(factList([
    ["Dibuat", `${momentInWords(Date.parse(bundle.made_at))} (${age(Date.now() - Date.parse(bundle.made_at))})`],
    ["Alamat resmi", bundle.hosts.join(", ")],
    ["Ditandatangani", bundle.key],
    ["Asal", anchor ? "sesuai kunci yang datang bersama pemeriksa ini" : "dipilih sendiri: percayai hanya bila Anda tahu asalnya"],
  ]));
}

function age(milliseconds) {
  const hours = Math.floor(milliseconds / 3600000);
  if (hours < 1) return "kurang dari sejam yang lalu";
  return hours < 48 ? `${hours} jam yang lalu` : `${Math.floor(hours / 24)} hari yang lalu`;
}

async function start() {
  const brought = at("bawaan").textContent.trim();
  try {
    if (brought) {
      bundle = await core.readBundle(core.canonical(JSON.parse(brought)));
      anchor = bundle;
    }
    tellList();
  } catch (error) {
    tellList(REFUSALS[error.reason] || WORDS.too_old[1]);
  }
  fromAddress();
}

// Opened at /v/<code>#<payload>, as the site's own page does it when there is no network; or as a file with a fragment.
function fromAddress() {
  const code = /\/v\/([^/]+)/.exec(location.pathname);
  if (location.hash.length > 1) check(code && location.protocol !== "file:" ? location.href : location.hash);
  else if (code) show({ answer: "address_only" });
}

at("periksa").addEventListener("submit", (event) => {
  event.preventDefault();
  check(at("muatan").value);
});
at("berkas").addEventListener("change", (event) => event.target.files[0] && checkFile(event.target.files[0]));
at("pilih").addEventListener("change", async (event) => {
  const file = event.target.files[0];
  if (!file) return;
  try {
    await take(await textOf(file));
  } catch (error) {
    tellList(REFUSALS[error.reason] || WORDS.too_old[1]);
  }
});
let stopCamera = null;

async function look() {
  at("bidik").hidden = false;
  try {
    stopCamera = await self.suluhCamera.scan(at("gambar"), (text) => {
      at("bidik").hidden = true;
      check(text);
    });
  } catch (error) {
    at("bidik").hidden = true;
    at("kamera").hidden = true;
    show({ answer: "no_camera" });
  }
}

at("kamera").hidden = !self.suluhCamera.able();
at("kamera").addEventListener("click", look);
at("tutup").addEventListener("click", () => {
  at("bidik").hidden = true;
  if (stopCamera) stopCamera();
});
self.addEventListener("hashchange", fromAddress);
start();
