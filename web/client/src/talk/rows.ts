/** From a timeline's items to rows: which begin a day, a group of one sender, or the new messages. */

import type { Item, MessageCreated } from "@parley/sdk";
import { dayOf } from "../words/time.ts";

export interface Line {
  readonly item: Item;
  readonly at: number;
  /** Whether a day divider stands above. */
  readonly day: boolean;
  /** Whether the divider of new messages stands above. */
  readonly fresh: boolean;
  /** Whether it starts (or continues) what one person said in a row. */
  readonly leads: boolean;
  readonly ends: boolean;
}

/** A pause longer than this starts a new group even of the same person. */
const PAUSE_MS = 5 * 60_000;

/** Items worth a row: who was added goes without saying where two talk, or one alone. */
export function shownOf(items: readonly Item[], kind: string): readonly Item[] {
  return kind === "group" ? items : items.filter((item) => item.kind === "message");
}

/** `read`: the reader's position when the conversation was opened, -1 for no divider. */
export function linesOf(items: readonly Item[], read: number, me: number): Line[] {
  const lines: Line[] = [];
  let marked = read < 0;
  let before: Item | undefined;
  for (const [at, item] of items.entries()) {
    const moment = momentOf(item);
    const day = before === undefined || dayOf(moment) !== dayOf(momentOf(before));
    const fresh = !marked && item.kind === "message" && item.message.number > read && item.message.sender !== me;
    marked ||= fresh;
    const after = items[at + 1];
    lines.push({
      item,
      at: moment,
      day,
      fresh,
      leads: day || fresh || !follows(before, item),
      ends: after === undefined || dayOf(momentOf(after)) !== dayOf(moment) || !follows(item, after),
    });
    before = item;
  }
  return lines;
}

function momentOf(item: Item): number {
  return item.kind === "message" ? item.message.at : item.event.at;
}

function follows(before: Item | undefined, item: Item): boolean {
  if (before?.kind !== "message" || item.kind !== "message") return false;
  const [a, b] = [before.message, item.message];
  return a.sender === b.sender && b.at - a.at < PAUSE_MS && speaks(a) && speaks(b);
}

function speaks(message: MessageCreated): boolean {
  return message.kind !== "system" && !message.recalled_at;
}
