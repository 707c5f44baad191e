// The demo's service worker: the page opens without a network after its first load. The build puts
// FILES (all of the page, relative to it) and VERSION (a hash over them) before this.
/* global FILES, VERSION */

const CACHE = `tinypond-demo-${VERSION}`;
/** The build before this one stays: a page that is open may still ask for its parts. */
const KEPT = 2;

self.addEventListener("install", (event) => {
  event.waitUntil(fill());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([self.clients.claim(), dropOld()]));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, href } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (!href.startsWith(self.registration.scope)) return;
  // A page that was built anew is seen at once; its parts carry hashes in their names, and never change.
  if (request.mode === "navigate") event.respondWith(fromNetwork(request));
  else event.respondWith(fromCache(request));
});

async function fill() {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES.map((file) => new Request(file, { cache: "reload" })));
  await self.skipWaiting();
}

async function dropOld() {
  const names = (await caches.keys()).filter((name) => name.startsWith("tinypond-demo-"));
  const old = names.filter((name) => name !== CACHE).slice(0, -(KEPT - 1));
  await Promise.all(old.map((name) => caches.delete(name)));
}

async function fromNetwork(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const page = await (await caches.open(CACHE)).match("./");
    if (page) return page;
    throw error;
  }
}

async function fromCache(request) {
  return (await caches.match(request)) ?? fetch(request);
}
