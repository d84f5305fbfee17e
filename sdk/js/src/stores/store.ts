/**
 * What the screen reads: immutable snapshots that change all at once, at a pace the screen can follow.
 *
 * Quiet: on the next frame. Faster than ten changes a second: five times a second, because drawing each change of a
 * burst costs three times the work. Hidden: once a second. One's own doing: at once.
 */

import type { Cancel, Clock, Report } from "../ports.ts";
import { Signal } from "../signal.ts";

const FRAME_MS = 16;
const BURST_MS = 200;
const HIDDEN_MS = 1000;
const BURST_PER_SECOND = 10;

export class Pace {
  hidden = false;
  private readonly clock: Clock;
  private readonly dirty = new Set<Store<unknown>>();
  private timer: Cancel | null = null;
  private windowStart = 0;
  private inWindow = 0;
  private lastMark = 0;
  private busy = false;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** `store` changed; it is refreshed with the next flush. */
  mark(store: Store<unknown>): void {
    this.dirty.add(store);
    const now = this.clock.now();
    if (now - this.windowStart >= 1000) {
      this.busy = now - this.windowStart < 2000 && this.inWindow > BURST_PER_SECOND;
      this.windowStart = now;
      this.inWindow = 0;
    }
    if (now !== this.lastMark) this.inWindow += 1; // one event changes several stores, at one time
    this.lastMark = now;
    if (this.inWindow > BURST_PER_SECOND) this.busy = true;
    const wait = this.hidden ? HIDDEN_MS : this.busy ? BURST_MS : FRAME_MS;
    this.timer ??= this.clock.after(wait, () => this.flush());
  }

  /** Refreshes everything that changed, now. */
  flush(): void {
    this.timer?.();
    this.timer = null;
    const stores = [...this.dirty];
    this.dirty.clear();
    for (const store of stores) store.refresh();
  }
}

export abstract class Store<T> {
  private readonly pace: Pace;
  private readonly changes: Signal<void>;
  private current: T | undefined;

  constructor(pace: Pace, report: Report) {
    this.pace = pace;
    this.changes = new Signal(report);
  }

  /** The same object until the next change. */
  getSnapshot(): T {
    this.current ??= this.build();
    return this.current;
  }

  /** Calls `listener` after each change. */
  subscribe(listener: () => void): Cancel {
    return this.changes.on(listener);
  }

  /** For the pace only: makes the new snapshot and tells. */
  refresh(): void {
    this.current = this.build();
    this.changes.emit();
  }

  protected abstract build(): T;

  protected changed(): void {
    this.pace.mark(this as Store<unknown>);
  }
}
