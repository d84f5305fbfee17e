/** Secrets that were just made: shown on the app's page until one leaves it, and kept nowhere. */

import { signal } from "@preact/signals";
import type { Secrets } from "../door/apps.ts";

export const shownSecrets = signal<(Secrets & { readonly app: number }) | null>(null);

/** Shows `secrets` of `app` beside those that are still shown. */
export function show(app: number, secrets: Secrets | undefined): void {
  if (!secrets) return;
  const before = shownSecrets.value?.app === app ? shownSecrets.value : {};
  shownSecrets.value = { ...before, ...secrets, app };
}
