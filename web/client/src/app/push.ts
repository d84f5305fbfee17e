/** The Web Push subscription of this browser: so that messages reach somebody whose page is closed. */

import { signal } from "@preact/signals";
import { mine } from "../door/mine.ts";

export const pushState = signal<"unsupported" | "off" | "on">("unsupported");

async function registration(): Promise<ServiceWorkerRegistration | undefined> {
  return "serviceWorker" in navigator && "PushManager" in globalThis ? navigator.serviceWorker.getRegistration() : undefined;
}

/** What holds now. Tells the server again when it holds: a subscription may have been renewed while nobody looked. */
export async function lookAtPush(): Promise<void> {
  const found = await registration();
  if (!found?.pushManager) return;
  const subscription = await found.pushManager.getSubscription();
  pushState.value = subscription ? "on" : "off";
  if (subscription) await mine.subscribe(subscription.toJSON()).catch(() => undefined);
}

/** Asks for permission and subscribes. */
export async function startPush(): Promise<void> {
  const found = await registration();
  if (!found) return;
  if ((await Notification.requestPermission()) !== "granted") return;
  const applicationServerKey = bytesOf(await mine.pushKey());
  const subscription = await found.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
  await mine.subscribe(subscription.toJSON());
  pushState.value = "on";
}

export async function stopPush(): Promise<void> {
  const subscription = await (await registration())?.pushManager.getSubscription();
  await mine.unsubscribe();
  await subscription?.unsubscribe();
  pushState.value = "off";
}

/** The server's key as the browser takes it, from base64url. */
function bytesOf(key: string): Uint8Array<ArrayBuffer> {
  const text = atob(key.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
