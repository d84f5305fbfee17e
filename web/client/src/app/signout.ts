/** Ending the session, and forgetting what this browser kept of the person. */

import { mine } from "../door/mine.ts";
import { cookie } from "./page.ts";
import { client, page } from "./state.ts";

/** Database, caches, the push subscription, notifications on the screen, the copy of the settings. */
export async function forget(user: number): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  const subscription = await registration?.pushManager?.getSubscription();
  await Promise.allSettled([
    subscription?.unsubscribe(),
    registration?.getNotifications().then((shown) => shown.forEach((each) => each.close())),
    navigator.clearAppBadge?.(),
    clearCaches(),
    clearDatabases(user),
  ]);
  localStorage.clear();
  sessionStorage.clear();
}

async function clearCaches(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("parley-")).map((name) => caches.delete(name)));
}

async function clearDatabases(user: number): Promise<void> {
  const all = (await indexedDB.databases?.()) ?? [{ name: `parley-${user}` }];
  const names = all.flatMap(({ name }) => (name?.startsWith("parley-") ? [name] : []));
  await Promise.all(names.map((name) => new Promise<void>((resolve) => {
    const request = indexedDB.deleteDatabase(name);
    // Another tab that still holds it lets go when it hears of the sign-out; the deletion then goes through by itself.
    request.onsuccess = request.onerror = request.onblocked = () => resolve();
  })));
}

/** Ends the session here and everywhere it is open in this browser. */
export async function signOut(): Promise<void> {
  const { user } = page.value;
  client().stop();
  client().cache?.stop();
  await mine.unsubscribe().catch(() => undefined);
  await forget(user);
  await fetch("/signout/", { method: "POST", headers: { "X-CSRFToken": cookie("csrftoken") }, redirect: "manual" });
  location.href = "/signin/";
}
