/**
 * How far others have read and received. Positions only grow, so a lost or doubled receipt does no harm.
 */

import { Store } from "./store.ts";

export interface Position {
  /** Number of the last message read. */
  readonly read: number;
  /** Seq up to which a device of theirs holds everything. */
  readonly delivered: number;
}

/** Conversation → user → position. */
export type ReceiptsSnapshot = ReadonlyMap<number, ReadonlyMap<number, Position>>;

export class ReceiptStore extends Store<ReceiptsSnapshot> {
  private readonly positions = new Map<number, ReadonlyMap<number, Position>>();

  read(conversation: number, user: number, number: number): void {
    this.grow(conversation, user, { read: number, delivered: 0 });
  }

  delivered(conversation: number, user: number, seq: number): void {
    this.grow(conversation, user, { read: 0, delivered: seq });
  }

  forget(conversation: number): void {
    this.positions.delete(conversation);
  }

  protected build(): ReceiptsSnapshot {
    return new Map(this.positions);
  }

  private grow(conversation: number, user: number, to: Position): void {
    const users = this.positions.get(conversation);
    const before = users?.get(user) ?? { read: 0, delivered: 0 };
    if (to.read <= before.read && to.delivered <= before.delivered) return;
    const after = { read: Math.max(before.read, to.read), delivered: Math.max(before.delivered, to.delivered) };
    this.positions.set(conversation, new Map(users).set(user, after));
    this.changed();
  }
}
