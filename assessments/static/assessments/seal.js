// Keeps the page of an attempt on this device, so that it opens without a network: also after a restart, and after the
// session has ended.  The page holds no key and says nothing about right and wrong; it is kept for its person only.
// The worker does the keeping (paper_worker.js): it goes on when the page is closed meanwhile.
import "./device.js";

const { holds, paper, record } = self.suluh;

// The page as it came, without what was told once.
export function written() {
  const copy = document.documentElement.cloneNode(true);
  copy.querySelector("#messages")?.replaceChildren();
  return `<!doctype html>${copy.outerHTML}`;
}

// The record of this very page if it was kept before and now comes from the device, else nothing.
export async function reopened(attempt, opened) {
  const kept = await paper(attempt);
  return kept?.opened === opened ? kept : undefined;
}

function parts() {
  const shown = [...document.querySelectorAll("link[href], script[src], img[src]")].map((each) => each.href || each.src);
  const loaded = performance.getEntriesByType("resource").map((each) => each.name);
  return [...new Set([...shown, ...loaded])].map((name) => new URL(name)).filter((name) => name.origin === location.origin)
    .map((name) => name.pathname).filter((path) => /^\/static\/|^\/kuis\/[^/]+\/gambar\//.test(path));
}

// Begins before anything is answered.  page: {person, attempt, opened, wall: the device's clock at `opened`}; html: what
// written() gave.  Resolves with a function that has the worker keep the page once it has loaded everything; the worker
// then says {kept: attempt}.
export async function taken(page, html) {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return async () => {};
  const title = document.querySelector("h1").textContent, url = location.pathname;
  await holds(page.person);
  await record({ ...page, title, url, kept: Date.now() });
  return async () => {
    await serviceWorker.register("/sw.js");
    if (document.readyState !== "complete") await new Promise((resolve) => addEventListener("load", resolve));
    (await serviceWorker.ready).active.postMessage({ keep: { ...page, url }, html, parts: parts() });
  };
}
