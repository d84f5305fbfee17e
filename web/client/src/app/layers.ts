/** What may lie over or beside the conversation: one dialog, one pane at the right, one view at the left. */

import { signal } from "@preact/signals";

export type Dialog =
  | { readonly is: "new"; readonly members?: readonly number[] }
  | { readonly is: "devices" }
  | { readonly is: "settings"; readonly page?: SettingsPage }
  | { readonly is: "status" }
  | { readonly is: "switcher" }
  | { readonly is: "shortcuts" }
  | { readonly is: "folder"; readonly folder: number }
  | { readonly is: "invite"; readonly conversation: number }
  | { readonly is: "leave"; readonly conversation: number }
  | { readonly is: "modal"; readonly modal: number; readonly body: Readonly<Record<string, unknown>> }
  | { readonly is: "image"; readonly url: string; readonly name: string };

export type SettingsPage = "profile" | "look" | "notifications" | "keys" | "devices";

/** The pane beside a conversation. `thread` is drawn by the conversation's own code. */
export type Pane =
  | { readonly is: "details"; readonly conversation: number }
  | { readonly is: "members"; readonly conversation: number }
  | { readonly is: "pins"; readonly conversation: number }
  | { readonly is: "thread"; readonly conversation: number; readonly root: number };

/** What the left side lists. */
export type View = "chats" | "threads" | "saved";

export const dialog = signal<Dialog | null>(null);
export const pane = signal<Pane | null>(null);
export const view = signal<View>("chats");
/** The developer console instead of a conversation: an app, 0 for the list of them, -1 for no console. */
export const developing = signal(-1);

/** The card of a person, beside what was clicked. */
export interface Card {
  readonly user: number;
  readonly x: number;
  readonly y: number;
}
export const card = signal<Card | null>(null);

/** A word in passing, with a way back when there is one. */
export interface Toast {
  readonly text: string;
  readonly action?: string;
  readonly run?: () => void;
}
export const toast = signal<Toast | null>(null);

/** Shows who `user` is, beside the element that was clicked. */
export function showCard(user: number, at: Element): void {
  const { left, right, top } = at.getBoundingClientRect();
  card.value = user > 0 ? { user, x: right + 8 + 320 < innerWidth ? right + 8 : left, y: top } : null;
}

/** Layers that the way back closes on a phone, the topmost first; parts that are loaded later put theirs before. */
export const overlays = signal<readonly { value: unknown }[]>([dialog, pane] as readonly { value: unknown }[]);

/** Closes the topmost layer. False when there was none. */
export function closeTop(): boolean {
  for (const layer of [card, dialog, pane]) {
    if (layer.value === null) continue;
    layer.value = null;
    return true;
  }
  return false;
}

/** What was typed into the switcher before its code was there. */
export const begun = signal("");
