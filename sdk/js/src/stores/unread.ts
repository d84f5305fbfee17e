/**
 * The unread rule, as a value and pure functions:
 *
 * unread = last − read − how many recalled messages are numbered above read;
 * mentions = how many messages above read mention the reader and are not recalled.
 *
 * The numbers are sets, so the events of the two timelines that change them may come in any order.
 */

import type { ConversationState } from "../wire.ts";

export interface Unread {
  readonly last: number;
  readonly read: number;
  readonly recalled: readonly number[];
  readonly mentioned: readonly number[];
  /** Recalled messages and mentions above `read` beyond the 200 that the server names. */
  readonly unnamed: { readonly recalled: number; readonly mentioned: number };
}

type Counted = Pick<
  ConversationState,
  "last_number" | "read_number" | "unread" | "unread_mentions" | "recalled" | "mentioned"
>;

/** From an inbox row. */
export function unreadFrom(state: Counted): Unread {
  const { last_number: last, read_number: read, recalled, mentioned } = state;
  const named: Unread = { last, read, recalled, mentioned, unnamed: { recalled: 0, mentioned: 0 } };
  const counts = countsOf(named);
  return {
    ...named,
    unnamed: {
      recalled: Math.max(0, counts.unread - state.unread),
      mentioned: Math.max(0, state.unread_mentions - counts.mentions),
    },
  };
}

export function countsOf({ last, read, recalled, mentioned, unnamed }: Unread): { unread: number; mentions: number } {
  const gone = new Set(recalled);
  const named = mentioned.filter((number) => number > read && !gone.has(number)).length;
  const withdrawn = [...gone].filter((number) => number > read && number <= last).length;
  return {
    unread: Math.max(0, last - read - withdrawn - unnamed.recalled),
    mentions: named + unnamed.mentioned,
  };
}

/** A message with this number exists. */
export function withMessage(unread: Unread, number: number): Unread {
  return number > unread.last ? { ...unread, last: number } : unread;
}

/** The message with this number was recalled. */
export function withRecall(unread: Unread, number: number): Unread {
  if (number <= unread.read || unread.recalled.includes(number)) return unread;
  return { ...unread, recalled: [...unread.recalled, number] };
}

/** The message with this number mentions the reader. */
export function withMention(unread: Unread, number: number): Unread {
  if (number <= unread.read || unread.mentioned.includes(number)) return unread;
  return { ...unread, mentioned: [...unread.mentioned, number] };
}

/** The reader's position moved; it only grows. */
export function withRead(unread: Unread, read: number): Unread {
  if (read <= unread.read) return unread;
  const above = (number: number): boolean => number > read;
  const left = Math.max(0, unread.last - read);
  return {
    last: unread.last,
    read,
    recalled: unread.recalled.filter(above),
    mentioned: unread.mentioned.filter(above),
    unnamed: {
      recalled: Math.min(unread.unnamed.recalled, left),
      mentioned: Math.min(unread.unnamed.mentioned, left),
    },
  };
}

/** Whether the counts are a guess until the server is asked: the position stopped among unnamed numbers. */
export function isGuess({ last, read, unnamed }: Unread): boolean {
  return read < last && unnamed.recalled + unnamed.mentioned > 0;
}
