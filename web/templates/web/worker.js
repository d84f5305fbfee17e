/**
 * The service worker: keeps the shell so that the page opens without a network, shows pushed messages, and opens them.
 *
 * What belongs to a person is one cached page, and it goes when somebody else may be about to sign in. The messages
 * themselves are in the database of the page, never here.
 */

const BUNDLE = {{ files|safe }};
const SHELL = "parley-shell-{{ version }}";
const PAGE = "parley-page";
/** A network slower than this is no network to somebody who wants to read. */
const PATIENCE_MS = 3000;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(BUNDLE)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const names = await caches.keys();
      await Promise.all(names.filter((name) => name.startsWith("parley-shell-") && name !== SHELL).map((name) => caches.delete(name)));
      await self.clients.claim();
      await keepPage();
    })(),
  );
});

self.addEventListener("message", (event) => {
  if (event.data && event.data.do === "take over") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (url.pathname === "/") event.respondWith(page(event));
    else if (url.pathname.startsWith("/signin") || url.pathname.startsWith("/signout")) event.waitUntil(caches.delete(PAGE));
  } else if (BUNDLE.includes(url.pathname)) event.respondWith(shell(request));
});

/** After a first visit too the page opens without a network: it was asked for before there was this worker. */
async function keepPage() {
  const cache = await caches.open(PAGE);
  if (await cache.match("/")) return;
  const answer = await fetch("/", { redirect: "manual" }).catch(() => undefined);
  if (answer && answer.ok && answer.type === "basic") await cache.put("/", answer);
}

/** The page of who is signed in: from the server, and from the last visit when the server does not answer. */
async function page(event) {
  const fresh = fetch(event.request).then(async (answer) => {
    // Anything but the page itself is an answer about signing in or trouble, and nothing to keep.
    if (answer.ok && !answer.redirected && answer.type === "basic") {
      const cache = await caches.open(PAGE);
      await cache.put("/", answer.clone());
    } else if (answer.type === "opaqueredirect" || answer.redirected) await caches.delete(PAGE);
    return answer;
  });
  event.waitUntil(fresh.catch(() => undefined));
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  const answer = await Promise.race([fresh.catch(() => undefined), late]);
  if (answer) return answer;
  const kept = await caches.match("/", { cacheName: PAGE });
  return kept ?? fresh;
}

/** Names with a digest never change what they hold. */
async function shell(request) {
  return (await caches.match(request, { cacheName: SHELL })) ?? fetch(request);
}

/**
 * A pushed message: {conversation, seq, title, body, unread}. One notification per conversation, the newest. With
 * ``go`` is what a click opens when that is something else (a reminder, which has a ``tag`` of its own). With
 * ``withdraw`` instead of words: it was read elsewhere, or recalled, and what is shown up to ``seq`` goes.
 */
self.addEventListener("push", (event) => {
  const told = event.data ? event.data.json() : {};
  event.waitUntil(told.withdraw ? withdrawn(told) : notified(told));
});

async function withdrawn({ conversation = 0, seq = 0, unread = 0, tag = `c${conversation}` }) {
  const shown = await self.registration.getNotifications({ tag });
  for (const each of shown) if ((each.data?.told ?? each.data?.seq ?? 0) <= seq) each.close();
  if (unread === 0 && self.navigator.clearAppBadge) await self.navigator.clearAppBadge().catch(() => undefined);
  else if (self.navigator.setAppBadge) await self.navigator.setAppBadge(unread).catch(() => undefined);
}

async function notified({ conversation = 0, seq = 0, title = "Parley", body = "", unread = 0, tag = `c${conversation}`, go = [conversation, seq] }) {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  // An open page tells by itself, and knows what the person is looking at.
  if (windows.some((each) => each.focused)) return;
  if (unread > 0 && self.navigator.setAppBadge) await self.navigator.setAppBadge(unread).catch(() => undefined);
  await self.registration.showNotification(title, {
    body,
    tag,
    renotify: true,
    icon: "/static/pages/icon-192.png",
    badge: "/static/pages/badge-96.png",
    data: { conversation: go[0], seq: go[1], told: seq },
  });
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(opened(event.notification.data ?? {}));
});

/** In a window that is open already, or in a new one. */
async function opened({ conversation = 0, seq = 0 }) {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = windows.find((each) => new URL(each.url).pathname === "/");
  if (!open) return self.clients.openWindow(conversation ? `/#/c/${conversation}/${seq}` : "/");
  open.postMessage({ go: { conversation, seq } });
  return open.focus();
}
