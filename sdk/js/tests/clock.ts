/** A clock that moves when it is told to. */

import type { Cancel, Clock } from "../src/ports.ts";

export class FakeClock implements Clock {
  private time = 1_764_000_000_000;
  private order = 0;
  private timers: { at: number; order: number; run: () => void }[] = [];

  now(): number {
    return this.time;
  }

  after(ms: number, run: () => void): Cancel {
    const timer = { at: this.time + Math.max(0, ms), order: this.order++, run };
    this.timers.push(timer);
    return () => void (this.timers = this.timers.filter((each) => each !== timer));
  }

  /** Moves time on by `ms`, running what falls due and everything that promises set off. */
  async run(ms: number): Promise<void> {
    const until = this.time + ms;
    await settle();
    for (;;) {
      const next = this.timers
        .filter(({ at }) => at <= until)
        .reduce<(typeof this.timers)[number] | undefined>(
          (best, each) =>
            best === undefined || each.at < best.at || (each.at === best.at && each.order < best.order) ? each : best,
          undefined,
        );
      if (next === undefined) break;
      this.timers = this.timers.filter((each) => each !== next);
      this.time = next.at;
      next.run();
      await settle();
    }
    this.time = until;
  }

  get pending(): number {
    return this.timers.length;
  }
}

/** Lets chains of promises run out; 25 links are more than the kit makes. */
export async function settle(): Promise<void> {
  for (let link = 0; link < 25; link++) await Promise.resolve();
}

/** Chance that repeats itself. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
