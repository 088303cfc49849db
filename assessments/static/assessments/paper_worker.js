// What the service worker does for attempts: opens kept pages without a network, sends what waits with no page open.
const KEPT = /^\/kuis\/([0-9a-f-]{36})\/$/, ENDED = /^\/kuis\/([0-9a-f-]{36})\/hasil\/$/;
// Only pages of participants pass through here: everything else is loaded as without a worker.
const PARTICIPANTS = /^\/(|mulai\/|masuk\/.*|keluar\/|belajar\/.*|kuis\/(mulai|[0-9a-f-]{36})\/.*)$/;
const PICTURE = /^\/kuis\/[0-9a-f-]{36}\/gambar\//;
const SHELL = "suluh-shell", NO_NETWORK = "/tanpa-jaringan/";
// A network that gives nothing for this long is none, if the page is kept here.
const PATIENCE = 8000;
const DAYS = 30 * 24 * 3600 * 1000;
// What the site sends with its pages; a kept page is held to the same.
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
// Pages that came from this device; what they load comes from here first.
const fromHere = new Set();

self.addEventListener("install", (event) => event.waitUntil(stock()));
// No page is taken over while it is open: the next navigation comes here anyway.
self.addEventListener("activate", (event) => event.waitUntil(self.registration.navigationPreload?.enable()));

// The page for no network and what it loads.
async function stock() {
  const response = await fetch(NO_NETWORK, { credentials: "omit" });
  if (!response.ok) throw new Error(response.status);
  const html = await response.clone().text();
  const parts = [...html.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map((found) => found[1]);
  const shell = await caches.open(SHELL);
  await shell.addAll(parts);
  await shell.put(NO_NETWORK, response);
  await self.skipWaiting();
}

// The page of an attempt asks to be kept.
self.addEventListener("message", (event) => event.data?.keep && event.waitUntil(keep(event.data, event.source)));

async function keep({ keep: page, html, parts }, source) {
  await self.suluh.drop((one) => one.kept < Date.now() - DAYS);
  const box = await caches.open(self.suluh.shelf(page.attempt));
  await Promise.all(parts.map((part) => put(box, part)));
  const headers = { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY };
  await box.put(page.url, new Response(html, { headers }));
  await self.suluh.ready(page);
  source?.postMessage({ kept: page.attempt });
}

// The very bytes that the page loaded, from the browser's own cache; what cannot be had now may lie there from before.
async function put(box, part) {
  try {
    await box.add(new Request(part, { cache: "force-cache" }));
  } catch (error) {
    if (!(await box.match(part, { ignoreVary: true }))) throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (!PARTICIPANTS.test(url.pathname)) return;
    if (request.method === "GET") event.respondWith(page(event, url.pathname));
    else if (/^\/(masuk|keluar)\//.test(url.pathname)) event.respondWith(door(event, url.pathname));
  } else if (request.method === "GET" && (fromHere.has(event.clientId) || PICTURE.test(url.pathname))) {
    event.respondWith(caches.match(request, { ignoreVary: true }).then((found) => found ?? fetch(request)));
  }
});

async function page(event, path) {
  const attempt = KEPT.exec(path)?.[1];
  const kept = attempt && (await copyOf(attempt));
  try {
    const loading = Promise.resolve(event.preloadResponse).then((early) => early ?? fetch(event.request));
    event.waitUntil(loading.catch(() => {}));
    const response = await (kept ? inTime(loading) : loading);
    // The server behind the proxy is away: that is no answer to somebody who has the page here.
    if (kept && response.status >= 502 && response.status <= 504) throw new Error(response.status);
    event.waitUntil(afterwards(path, response));
    return response;
  } catch (error) {
    const found = kept || (await caches.match(NO_NETWORK, { ignoreVary: true }));
    if (!found) throw error;
    fromHere.add(event.resultingClientId);
    return found;
  }
}

async function copyOf(attempt) {
  const paper = await self.suluh.paper(attempt);
  return paper && (await caches.open(self.suluh.shelf(attempt))).match(paper.url, { ignoreVary: true });
}

function inTime(loading) {
  return new Promise((resolve, reject) => {
    setTimeout(reject, PATIENCE, new Error("no answer"));
    loading.then(resolve, reject);
  });
}

// The page that tells the end of an attempt was shown: its paper is not needed any more.  And there is a network: what
// waits for whoever is known here is sent, also when the session has ended and the page is the one to sign in.
async function afterwards(path, response) {
  const ended = ENDED.exec(path)?.[1];
  if (ended && response.ok) await self.suluh.drop((one) => one.attempt === ended);
  const { holder } = await self.suluh.kept();
  if (holder && path.startsWith("/masuk/")) await replay(holder);
}

// Who signs out takes their papers along, whether or not the network carries the request.  Who has signed in opens none
// until a page says who it is.
async function door(event, path) {
  if (path === "/keluar/") {
    await self.suluh.holds(null);
    await self.suluh.drop(() => true);
  }
  const response = await fetch(event.request);
  if (response.type === "opaqueredirect") await self.suluh.holds(null);
  return response;
}

// Sends what waits, of one person or of everybody: each answer carries its own authority, and no page shows it.
async function replay(person) {
  const { replies, failed } = await self.suluh.send(await self.suluh.waiting(person));
  for (const client of await self.clients.matchAll({ type: "window", includeUncontrolled: true })) client.postMessage({ replies });
  return failed;
}

self.addEventListener("sync", (event) => {
  if (event.tag !== "suluh-answers") return;
  // A failure makes the browser try again later.
  event.waitUntil(replay().then((failed) => { if (failed) throw new Error("still waiting"); }));
});
