/**
 * The address says what is open, so that Back, reload and a shared link do what one expects.
 *
 * `#/c/12` a conversation, `#/c/12/345` at a message, `#/c/12/t/300` with a thread beside it, `#/` none,
 * `#/apps` the developer console, `#/apps/7` an app in it.
 */

import { batch } from "@preact/signals";
import { developing, pane, type Pane } from "./layers.ts";
import { selected, target } from "./state.ts";

export interface Place {
  readonly conversation: number;
  readonly seq: number;
  readonly thread: number;
}

const NOWHERE: Place = { conversation: 0, seq: 0, thread: 0 };

export function placeOf(hash: string): Place {
  const found = /^#\/c\/(\d{1,16})(?:\/(\d{1,16})|\/t\/(\d{1,16}))?$/.exec(hash);
  if (!found) return NOWHERE;
  const [, conversation = "0", seq = "0", thread = "0"] = found;
  return { conversation: Number(conversation), seq: Number(seq), thread: Number(thread) };
}

export function hashOf({ conversation, seq, thread }: Place): string {
  if (!conversation) return "#/";
  return `#/c/${conversation}${thread ? `/t/${thread}` : seq ? `/${seq}` : ""}`;
}

/** The app that the console shows, 0 for its list, -1 when the address is none of the console's. */
export function appOf(hash: string): number {
  const found = /^#\/apps(?:\/(\d{1,16}))?$/.exec(hash);
  return found ? Number(found[1] ?? 0) : -1;
}

function read(): void {
  const place = placeOf(location.hash);
  batch(() => {
    target.value = place.seq;
    developing.value = appOf(location.hash);
    if (selected.value !== place.conversation) pane.value = stays(pane.value, place.conversation);
    selected.value = place.conversation;
    if (place.thread) pane.value = { is: "thread", conversation: place.conversation, root: place.thread };
  });
}

/** The list of members stays open from group to group; what belongs to one message does not. */
function stays(now: Pane | null, conversation: number): Pane | null {
  return now?.is === "details" && conversation && innerWidth >= WIDE ? { is: "details", conversation } : null;
}

/** Pixels from which a pane has a column of its own. The same number is in base.css. */
export const WIDE = 1180;

export function watchAddress(): void {
  addEventListener("hashchange", read);
  read();
}

/** Opens a conversation, at a message when `seq` is given, or with a thread beside it. 0: none. */
export function go(conversation: number, seq = 0, thread = 0): void {
  const hash = hashOf({ conversation, seq, thread });
  if (location.hash === hash) {
    target.value = 0;
    read();
  } else location.hash = hash;
}

/** A link that others can follow, if they may. */
export function linkTo(conversation: number, seq: number): string {
  return new URL(hashOf({ conversation, seq, thread: 0 }), location.href).href;
}
