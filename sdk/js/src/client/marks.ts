/**
 * Read positions of this device on their way to the server: gathered, sent again until they are confirmed.
 */

import type { Cancel, Clock } from "../ports.ts";

/** Positions of one's own are sent together; a reader scrolls past many messages in a third of a second. */
export const MARK_MS = 300;

export class Marks {
  private readonly clock: Clock;
  private readonly send: (conversation: number, number: number) => Promise<unknown>;
  private readonly waiting = new Map<number, number>();
  private timer: Cancel | null = null;

  constructor(clock: Clock, send: (conversation: number, number: number) => Promise<unknown>) {
    this.clock = clock;
    this.send = send;
  }

  note(conversation: number, number: number): void {
    this.waiting.set(conversation, number);
    this.timer ??= this.clock.after(MARK_MS, () => {
      this.timer = null;
      this.flush();
    });
  }

  /** Sends what is not confirmed; what fails is sent again after the next catch-up. */
  flush(): void {
    for (const [conversation, number] of this.waiting) {
      this.send(conversation, number).then(
        () => {
          if (this.waiting.get(conversation) === number) this.waiting.delete(conversation);
        },
        () => undefined,
      );
    }
  }

  /** Positions that the server has not confirmed. */
  list(): readonly (readonly [number, number])[] {
    return [...this.waiting];
  }

  /** The server knows this position. */
  known(conversation: number, number: number): void {
    const mark = this.waiting.get(conversation);
    if (mark !== undefined && mark <= number) this.waiting.delete(conversation);
  }

  forget(conversation: number): void {
    this.waiting.delete(conversation);
  }
}
