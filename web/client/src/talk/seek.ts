/** Where the first unread message or a mention is: known by its number, while history is asked by seq. */

import type { Item, TimelineSnapshot, TimelineStore } from "@parley/sdk";

/** Guesses of a place; each halves the distance at least, and numbers and seqs rarely drift apart by much. */
const TRIES = 4;

/** The seq of the first message numbered `number` or more in the window, 0 when the window does not hold it. */
export function seqOf({ items, hasOlder }: Pick<TimelineSnapshot, "items" | "hasOlder">, number: number): number {
  const messages = messagesOf(items);
  const at = messages.findIndex((message) => message.number >= number);
  const found = messages[at];
  if (found === undefined) return 0;
  return at > 0 || found.number === number || !hasOlder ? found.seq : 0;
}

/**
 * Loads a window that holds message `number` and gives its seq, 0 when it cannot be found.
 * Messages have gapless numbers and other entries lie between them, so the distance in numbers is the guess in seqs.
 */
export async function seek(timeline: TimelineStore, number: number, near: { seq: number; number: number }): Promise<number> {
  let from = near;
  for (let tried = 0; tried < TRIES; tried++) {
    const found = seqOf(timeline.getSnapshot(), number);
    if (found) return found;
    const guess = Math.max(1, from.seq - Math.round(((from.number - number) * from.seq) / Math.max(from.number, 1)));
    await timeline.jumpTo(guess);
    const nearest = nearestOf(timeline.getSnapshot().items, number);
    if (nearest === null) return 0;
    from = nearest;
  }
  return seqOf(timeline.getSnapshot(), number) || from.seq;
}

function nearestOf(items: readonly Item[], number: number): { seq: number; number: number } | null {
  let best: { seq: number; number: number } | null = null;
  for (const message of messagesOf(items)) {
    if (best === null || Math.abs(message.number - number) < Math.abs(best.number - number)) best = message;
  }
  return best;
}

function messagesOf(items: readonly Item[]) {
  return items.flatMap((item) => (item.kind === "message" && item.message.number > 0 && item.state === "sent" ? [item.message] : []));
}
