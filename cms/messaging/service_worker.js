// Shows what the server pushes, and opens the page it leads to.
self.addEventListener("push", (event) => {
  let told = {};
  try {
    told = event.data ? event.data.json() : {};
  } catch {
    told = {};
  }
  const title = told.title || "Suluh";
  const options = { body: told.body || "", tag: told.tag || "suluh", data: { url: told.url || "/pemberitahuan/" } };
  event.waitUntil(self.registration.showNotification(title, options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const wanted = new URL(event.notification.data?.url || "/pemberitahuan/", self.location.origin);
  const address = wanted.origin === self.location.origin ? wanted.href : `${self.location.origin}/pemberitahuan/`;
  event.waitUntil(
    (async () => {
      const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
      const same = open.find((client) => client.url === address);
      await (same ? same.focus() : self.clients.openWindow(address));
    })(),
  );
});
