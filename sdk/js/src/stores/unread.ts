/**
 * The unread rule, as a value and pure functions:
 * unread = last_number − read_number − the recalled messages numbered above read_number.
 */

export interface Unread {
  readonly last: number;
  readonly read: number;
  /** Recalled messages above `read` that were seen being recalled. */
  readonly recalled: readonly number[];
  /** Recalled messages above `read` that the server counted and did not name. */
  readonly hidden: number;
}

/** From an inbox row: what the server subtracted is the number of recalled messages above the position. */
export function unreadFrom(state: { last_number: number; read_number: number; unread: number }): Unread {
  const { last_number: last, read_number: read, unread } = state;
  return { last, read, recalled: [], hidden: Math.max(0, last - read - unread) };
}

export function unreadOf({ last, read, recalled, hidden }: Unread): number {
  return Math.max(0, last - read - recalled.length - hidden);
}

/** A message with this number exists. */
export function withMessage(unread: Unread, number: number): Unread {
  return number > unread.last ? { ...unread, last: number } : unread;
}

/** The message with this number was recalled. */
export function withRecall(unread: Unread, number: number): Unread {
  if (number <= unread.read || unread.recalled.includes(number)) return unread;
  return { ...unread, last: Math.max(unread.last, number), recalled: [...unread.recalled, number] };
}

/** The reader's position moved; it only grows. */
export function withRead(unread: Unread, number: number): Unread {
  if (number <= unread.read) return unread;
  const read = Math.min(number, Math.max(unread.last, number));
  const recalled = unread.recalled.filter((each) => each > read);
  const left = Math.max(0, unread.last - read - recalled.length);
  return { ...unread, read, recalled, hidden: Math.min(unread.hidden, left) };
}

/** Whether the count may be wrong: the position moved into unnamed recalled messages. The server knows. */
export function isUncertain(before: Unread, after: Unread): boolean {
  return after.read !== before.read && after.read < after.last && after.hidden > 0;
}
