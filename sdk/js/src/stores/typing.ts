/**
 * Who is typing where. A hint that may be lost: it ends by itself, and with the message.
 */

import type { Cancel, Clock, Report } from "../ports.ts";
import { Store, type Pace } from "./store.ts";

/** Conversation → users, in the order they started. */
export type TypingSnapshot = ReadonlyMap<number, readonly number[]>;

/** The protocol says: forget it after 6 s unless repeated. */
const LASTS_MS = 6000;

export class TypingStore extends Store<TypingSnapshot> {
  private readonly clock: Clock;
  private readonly typing = new Map<number, Map<number, Cancel>>();

  constructor(pace: Pace, report: Report, clock: Clock) {
    super(pace, report);
    this.clock = clock;
  }

  started(conversation: number, user: number): void {
    const users = this.typing.get(conversation) ?? new Map<number, Cancel>();
    this.typing.set(conversation, users);
    const before = users.get(user);
    before?.();
    users.set(
      user,
      this.clock.after(LASTS_MS, () => this.stopped(conversation, user)),
    );
    if (before === undefined) this.changed();
  }

  stopped(conversation: number, user: number): void {
    const users = this.typing.get(conversation);
    const cancel = users?.get(user);
    if (users === undefined || cancel === undefined) return;
    cancel();
    users.delete(user);
    if (users.size === 0) this.typing.delete(conversation);
    this.changed();
  }

  protected build(): TypingSnapshot {
    return new Map([...this.typing].map(([conversation, users]) => [conversation, [...users.keys()]]));
  }
}
