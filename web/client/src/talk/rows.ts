/** From a timeline's items to rows: which begin a day, a group of one sender, or the new messages. */

import type { Item, MessageCreated } from "@parley/sdk";
import { momentOf, type Shown } from "../whispers/heard.ts";
import { dayOf } from "../words/time.ts";

export interface Line {
  readonly item: Shown;
  readonly at: number;
  /** Whether a day divider stands above. */
  readonly day: boolean;
  /** Whether the divider of new messages stands above. */
  readonly fresh: boolean;
  /** Whether it starts (or continues) what one person said in a row. */
  readonly leads: boolean;
  readonly ends: boolean;
  /** A reply of a thread, folded to one line; `again`: the line above is of the same thread. */
  readonly folded: boolean;
  readonly again: boolean;
}

/** A pause longer than this starts a new group even of the same person. */
const PAUSE_MS = 5 * 60_000;

/** Items worth a row: who was added goes without saying where two talk, or one alone. */
export function shownOf(items: readonly Item[], kind: string): readonly Item[] {
  return kind === "group" ? items : items.filter((item) => item.kind === "message");
}

/** Lines of items, `root` being the thread they are read in. A line that says the same as before is the same object. */
export class Lines {
  private readonly root: number;
  private known = new Map<string, Line>();

  constructor(root = 0) {
    this.root = root;
  }

  /** `read`: the reader's position when the conversation was opened, -1 for no divider. */
  of(items: readonly Shown[], read: number, me: number): Line[] {
    const made = linesOf(items, read, me, this.root).map((line) => {
      const before = this.known.get(line.item.key);
      return before !== undefined && same(before, line) ? before : line;
    });
    this.known = new Map(made.map((line) => [line.item.key, line]));
    return made;
  }
}

export function linesOf(items: readonly Shown[], read: number, me: number, root = 0): Line[] {
  const lines: Line[] = [];
  let marked = read < 0;
  let before: Shown | undefined;
  for (const [at, item] of items.entries()) {
    const moment = momentOf(item);
    const day = before === undefined || dayOf(moment) !== dayOf(momentOf(before));
    const fresh = !marked && item.kind === "message" && item.message.number > read && item.message.sender !== me;
    marked ||= fresh;
    const after = items[at + 1];
    const folded = isFolded(item, root);
    lines.push({
      item,
      at: moment,
      day,
      fresh,
      leads: day || fresh || !follows(before, item, root),
      ends: after === undefined || dayOf(momentOf(after)) !== dayOf(moment) || !follows(item, after, root),
      folded,
      again: folded && !day && !fresh && before !== undefined && isFolded(before, root) && threadOf(before) === threadOf(item),
    });
    before = item;
  }
  return lines;
}

function same(a: Line, b: Line): boolean {
  return a.item === b.item && a.day === b.day && a.fresh === b.fresh && a.leads === b.leads && a.ends === b.ends && a.again === b.again;
}

function threadOf(item: Shown): number {
  return item.kind === "message" ? item.message.thread_root : 0;
}

/** Replies are said in their thread; the conversation shows that they were said. */
function isFolded(item: Shown, root: number): boolean {
  return root === 0 && threadOf(item) > 0 && item.kind === "message" && !item.message.recalled_at;
}

function follows(before: Shown | undefined, item: Shown, root: number): boolean {
  if (before?.kind !== "message" || item.kind !== "message") return false;
  const [a, b] = [before.message, item.message];
  if (isFolded(before, root) !== isFolded(item, root)) return false;
  // The first message of a thread stands apart from its replies.
  if (root > 0 && a.seq === root) return false;
  return a.sender === b.sender && b.at - a.at < PAUSE_MS && speaks(a) && speaks(b);
}

function speaks(message: MessageCreated): boolean {
  return message.kind !== "system" && !message.recalled_at && !message.urgent;
}
