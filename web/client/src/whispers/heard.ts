/** What apps said to this person alone: kept for each conversation, placed among its messages, taken away on request. */

import { decodeAs, type Item, type MessageCreated, type MessageItem, type MessageWhispered } from "@parley/sdk";
import { signal } from "@preact/signals";
import { nameOf } from "../app/names.ts";
import { announcement, type Client } from "../app/state.ts";
import { ask } from "../door/ask.ts";
import { summaryOf } from "../kinds/summary.ts";
import { t } from "../words/index.ts";

/** A whisper as a message that has no place in the timeline; `seq` is that of the message it stands for, or 0. */
export interface Whispered extends MessageCreated {
  readonly whisper: number;
}

export interface WhisperItem {
  readonly kind: "whisper";
  readonly key: string;
  readonly message: Whispered;
}

export type Shown = Item | WhisperItem;

type Told = Pick<MessageWhispered, "conversation" | "whisper" | "at" | "sender" | "kind" | "body"> & { readonly target?: number };
type Heard = readonly WhisperItem[];

const NONE: Heard = [];

/** By conversation, the oldest first; of those that were opened or whispered in. */
export const heard = signal<ReadonlyMap<number, Heard>>(new Map());

export function whispersIn(conversation: number): Heard {
  return heard.value.get(conversation) ?? NONE;
}

/** The whisper that a message shows, 0 for what all can read. */
export function whisperOf(message: MessageCreated): number {
  return "whisper" in message ? (message as Whispered).whisper : 0;
}

/** What was told of while an answer was on its way: the answer may be older than that. By conversation. */
const meanwhile = new Map<number, Set<MessageWhispered>>();

export function watchWhispers(client: Client): void {
  client.events.on((event) => {
    if (event.type !== "message.whispered") return;
    meanwhile.get(event.conversation)?.add(event);
    keep(event.conversation, changed(whispersIn(event.conversation), event));
    if (!event.removed) announcement.value = t("whisper_said", { name: nameOf(event.sender), text: summaryOf(event.kind, event.body) });
  });
}

/** Asks for those of a conversation: when it is opened, and after each gap in the connection. */
export async function fetchWhispers(conversation: number): Promise<void> {
  const told = new Set<MessageWhispered>();
  meanwhile.set(conversation, told);
  try {
    const { whispers } = await ask<{ whispers: readonly Told[] }>(`conversations/${conversation}/whispers`);
    if (meanwhile.get(conversation) !== told) return; // asked again since
    const now = [...told].reduce(changed, whispers.map(itemOf));
    if (now.length > 0 || heard.peek().has(conversation)) keep(conversation, now);
  } finally {
    if (meanwhile.get(conversation) === told) meanwhile.delete(conversation);
  }
}

function changed(whispers: Heard, event: MessageWhispered): Heard {
  const others = whispers.filter(({ message }) => message.whisper !== event.whisper);
  return event.removed ? others : [...others, itemOf(event)];
}

/** Takes it away for good. */
export async function dismiss({ conversation, whisper }: Whispered): Promise<void> {
  await ask(`conversations/${conversation}/whispers/${whisper}`, { method: "DELETE" });
  keep(conversation, whispersIn(conversation).filter(({ message }) => message.whisper !== whisper));
}

/** Presses a control of a whispered card. */
export function actOn(conversation: number, whisper: number, body: object, key: string): Promise<unknown> {
  return ask(`conversations/${conversation}/whispers/${whisper}/actions`, { method: "POST", body, key });
}

/**
 * Items with the whispers among them, by the time at which they were said; one with a target in the place of that message.
 * Beyond the window there may be messages that are not held, so nothing is placed there.
 */
export function among(items: readonly Item[], whispers: Heard, window: { readonly hasOlder: boolean; readonly hasNewer: boolean }): readonly Shown[] {
  // A list opens by its first page: what came before a lone whisper later would leave the reader at the top.
  if (whispers.length === 0 || (items.length === 0 && window.hasOlder)) return items;
  const instead = new Map(whispers.filter(({ message }) => message.seq > 0).map((each) => [each.message.seq, each.message]));
  const loose = whispers.filter(({ message }) => message.seq === 0);
  const all: Shown[] = [];
  let next = 0;
  for (const [at, item] of items.entries()) {
    const moment = momentOf(item);
    for (; next < loose.length; next++) {
      const whisper = loose[next];
      if (whisper === undefined || whisper.message.at > moment) break;
      if (at > 0 || !window.hasOlder) all.push(whisper);
    }
    const own = item.kind === "message" ? instead.get(item.message.seq) : undefined;
    all.push(own && item.kind === "message" && !item.message.recalled_at ? inPlace(item, own) : item);
  }
  return window.hasNewer ? all : [...all, ...loose.slice(next)];
}

export function momentOf(item: Shown): number {
  return item.kind === "notice" ? item.event.at : item.message.at;
}

const placed = new WeakMap<MessageItem, { readonly whisper: Whispered; readonly item: MessageItem }>();

/** The same object as long as neither changed, so that the row is not drawn again. */
function inPlace(item: MessageItem, whisper: Whispered): MessageItem {
  const before = placed.get(item);
  if (before?.whisper === whisper) return before.item;
  const { kind, body } = whisper;
  const message: Whispered = { ...item.message, kind, body, whisper: whisper.whisper };
  const made = { ...item, message };
  placed.set(item, { whisper, item: made });
  return made;
}

function itemOf({ conversation, whisper, at, sender, target = 0, kind, body }: Told): WhisperItem {
  const message = decodeAs<MessageCreated>("message.created", { type: "message.created", conversation, seq: target, at, sender, number: 0, kind, body });
  return { kind: "whisper", key: `whisper-${whisper}`, message: { ...message, whisper } };
}

/** The newest last: one that says something else now stands where it said so. */
function keep(conversation: number, whispers: Heard): void {
  const sorted = [...whispers].sort((a, b) => a.message.at - b.message.at);
  heard.value = new Map(heard.peek()).set(conversation, sorted);
}
