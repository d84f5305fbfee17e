/** Dialogs that apps open: for a press or a command of this page, known by its key; at once, or by an event a moment later. */

import { dialog } from "./layers.ts";
import type { Client } from "./state.ts";

export interface Opened {
  readonly modal: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Keys of what was pressed here; other pages of the same person show their own dialogs. */
const pressed = new Set<string>();

/** A key for the next press or command. */
export function pressKey(): string {
  const key = crypto.randomUUID();
  pressed.add(key);
  return key;
}

export function openModal({ modal, body }: Opened): void {
  dialog.value = { is: "modal", modal, body };
}

/** Hears of dialogs that are opened later, and of other contents of the one that is open. */
export function watchModals(client: Client): void {
  client.events.on((event) => {
    if (event.type === "modal.opened" && pressed.has(event.client_key)) openModal(event);
  });
}
