/**
 * Time and chance of a browser, or of Node.
 */

import type { Cancel, Clock } from "../ports.ts";

export const browserClock: Clock = {
  now: () => Date.now(),
  after(ms, run): Cancel {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** Chance from the generator for secrets. */
export function strongRandom(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32;
}
