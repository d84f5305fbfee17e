/**
 * Tells the server what this device holds: cumulative, at most once a second.
 */

import type { Cancel, Clock } from "../ports.ts";
import type { SyncAck } from "../wire.ts";

const COALESCE_MS = 1000;
/** Positions in one frame; the protocol allows no more. */
const MOST = 1000;

export class Acks {
  private readonly clock: Clock;
  private readonly send: (frame: SyncAck) => boolean;
  private readonly moved = new Map<number, number>();
  private timer: Cancel | null = null;

  constructor(clock: Clock, send: (frame: SyncAck) => boolean) {
    this.clock = clock;
    this.send = send;
  }

  /** Everything of `conversation` up to `position` is held. */
  note(conversation: number, position: number): void {
    if (position <= (this.moved.get(conversation) ?? 0)) return;
    this.moved.set(conversation, position);
    this.timer ??= this.clock.after(COALESCE_MS, () => {
      this.timer = null;
      this.flush();
    });
  }

  /** Sends what is due; keeps it when there is no connection. */
  flush(): void {
    while (this.moved.size > 0) {
      const some = [...this.moved].slice(0, MOST);
      if (!this.send({ type: "sync.ack", positions: Object.fromEntries(some) })) return;
      for (const [conversation] of some) this.moved.delete(conversation);
    }
  }
}
