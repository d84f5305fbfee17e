/** What the parts of one open talk share: where they are, what is chosen in it. Parts know each other only through this. */

import type { ConversationState, MessageCreated, MessageItem } from "@parley/sdk";
import { signal, type ReadonlySignal, type Signal } from "@preact/signals";
import { overlays } from "../app/layers.ts";
import type { Look } from "../kinds/files.ts";

/** What the composer is about, beside a new message. */
export interface About {
  readonly is: "reply" | "edit";
  readonly message: MessageCreated;
}

/** A message whose menu is open, and where. */
export interface Chosen {
  readonly item: MessageItem;
  readonly anchor: { readonly x: number; readonly y: number };
  /** "react": only the board of emojis. */
  readonly as?: "menu" | "react";
}

/** One list of messages and its composer: a conversation, or a thread of it. */
export interface Place {
  readonly row: ReadonlySignal<ConversationState>;
  /** Seq of the thread's first message, 0 for the conversation itself. */
  readonly root: number;
  readonly about: Signal<About | null>;
  readonly chosen: Signal<Chosen | null>;
  /** Messages being chosen together, null while nobody chooses. */
  readonly picked: Signal<ReadonlyMap<number, MessageCreated> | null>;
  /** The message that is lit up after a jump. */
  readonly lit: Signal<number>;
  /** Asks the list to go to a message. */
  readonly wanted: Signal<number>;
  /** Counts what was said from here, so that the list goes where it will stand. */
  readonly said: Signal<number>;
  /** Words to put into the composer at the cursor, by somebody else than the writer's keys. */
  readonly words: Signal<string>;
}

/** What stands above the page for a message. */
export type Sheet =
  | { readonly is: "forward"; readonly conversation: number; readonly messages: readonly MessageCreated[]; readonly done?: () => void }
  | { readonly is: "merged"; readonly message: MessageCreated }
  | { readonly is: "readers"; readonly message: MessageCreated }
  | { readonly is: "edits"; readonly message: MessageCreated }
  | { readonly is: "file"; readonly file: string; readonly name: string; readonly look: Look }
  | { readonly is: "when"; readonly what: "send" | "remind"; readonly choose: (at: number) => void }
  | { readonly is: "report"; readonly message: MessageCreated }
  | { readonly is: "reports"; readonly conversation: number }
  | { readonly is: "pictures"; readonly conversation: number; readonly at: number; readonly list: readonly Picture[] };

export interface Picture {
  readonly file: string;
  readonly name: string;
  readonly seq: number;
}

export const sheet = signal<Sheet | null>(null);
overlays.value = [sheet as { value: unknown }, ...overlays.value];

export function newPlace(row: ReadonlySignal<ConversationState>, root = 0): Place {
  return { row, root, about: signal(null), chosen: signal(null), picked: signal(null), lit: signal(0), wanted: signal(0), said: signal(0), words: signal("") };
}
