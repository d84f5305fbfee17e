/** The page's side of the service worker: registering it, hearing of a newer one, and what a notification's click asks. */

import { signal } from "@preact/signals";
import { lookAtPush } from "./push.ts";
import { go } from "./route.ts";

export const updateReady = signal(false);

let waiting: ServiceWorker | null = null;

export async function startWorker(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.addEventListener("message", ({ data }: MessageEvent<{ go?: { conversation: number; seq: number } }>) => {
    if (data.go) go(data.go.conversation, data.go.seq);
  });
  try {
    // The policy lets no text become a script address; the worker's is the one exception, by name.
    const registration = await navigator.serviceWorker.register(address(), { scope: "/", updateViaCache: "none" });
    watch(registration);
    void lookAtPush();
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) void registration.update().catch(() => undefined);
    });
  } catch (cause) {
    console.debug("parley: no service worker", cause);
  }
}

interface Policies {
  createPolicy(name: string, rules: { createScriptURL(text: string): string }): { createScriptURL(text: string): string };
}

/** One fixed address: a policy that gives anything else would be a hole. */
function address(): string {
  const types = (globalThis as { trustedTypes?: Policies }).trustedTypes;
  return types ? types.createPolicy("parley-worker", { createScriptURL: () => "/worker.js" }).createScriptURL("") : "/worker.js";
}

function watch(registration: ServiceWorkerRegistration): void {
  const look = (worker: ServiceWorker | null): void => {
    if (!worker) return;
    const settled = (): void => {
      // The first worker of a browser has nothing to replace.
      if (worker.state !== "installed" || !navigator.serviceWorker.controller) return;
      waiting = worker;
      updateReady.value = true;
    };
    worker.addEventListener("statechange", settled);
    settled();
  };
  look(registration.waiting);
  registration.addEventListener("updatefound", () => look(registration.installing));
}

/** Lets the newer worker take over, then loads the page that belongs to it. */
export function applyUpdate(): void {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  waiting?.postMessage({ do: "take over" });
}
