// What the service worker does for checking: answers a certificate's address without a network by the verifier and the
// newest list it has. Only on devices where somebody asked for it ("Simpan di perangkat ini").
const CHECKS = /^\/(v\/[^/]+|verifikasi\/(luring\/)?)$/;
const SHELF = "suluh-luring", FRAME = "/verifikasi/luring/kerangka/", LIST = "/.well-known/suluh-trust.json";
// A network that gives nothing for this long is none.
const CHECK_PATIENCE = 8000;

self.addEventListener("message", (event) => {
  if (!event.data?.luring) return;
  const answer = (kept) => event.source?.postMessage({ luring: kept });
  event.waitUntil(stockChecks().then(() => answer(true), () => answer(false)));
});

// Both parts or none: a frame of today with a list of yesterday is right, a missing one is of no use.
async function stockChecks() {
  const fresh = await Promise.all([FRAME, LIST].map((path) => fetch(path, { cache: "no-cache", credentials: "omit" })));
  for (const response of fresh) if (!response.ok) throw new Error(response.status);
  JSON.parse(await fresh[1].clone().text());
  const shelf = await caches.open(SHELF);
  await shelf.put(FRAME, fresh[0]);
  await shelf.put(LIST, fresh[1]);
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== self.location.origin || event.request.mode !== "navigate" || event.request.method !== "GET") return;
  if (CHECKS.test(url.pathname)) event.respondWith(checkPage(event));
});

async function checkPage(event) {
  const kept = await keptPage();
  try {
    const loading = Promise.resolve(event.preloadResponse).then((early) => early ?? fetch(event.request));
    event.waitUntil(loading.catch(() => {}));
    const response = await (kept ? soon(loading) : loading);
    if (kept && response.status >= 502 && response.status <= 504) throw new Error(response.status);
    // There is a network: the list is brought up to date for the next time there is none.
    if (kept) event.waitUntil(stockChecks().catch(() => {}));
    return response;
  } catch (error) {
    if (!kept) throw error;
    return kept;
  }
}

function soon(loading) {
  return new Promise((resolve, reject) => {
    setTimeout(reject, CHECK_PATIENCE, new Error("no answer"));
    loading.then(resolve, reject);
  });
}

// The verifier with the list put in; its own policy, by the hashes of its script and style, stands in it.
async function keptPage() {
  if (!(await caches.has(SHELF))) return null;
  const shelf = await caches.open(SHELF);
  const [frame, list] = await Promise.all([shelf.match(FRAME), shelf.match(LIST)]);
  if (!frame || !list) return null;
  const text = (await list.text()).replace(/</g, "\\u003c");
  const page = (await frame.text()).replace("{{BUNDLE}}", () => text);
  const headers = { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "frame-ancestors 'none'", "X-Content-Type-Options": "nosniff" };
  return new Response(page, { headers });
}
