/**
 * How long to wait before the next attempt: full jitter under a doubling ceiling, so that a thousand clients whose
 * server restarted do not come back in the same second.
 */

import type { Random } from "../ports.ts";

/** Never sooner: a server that refuses at once must not be hammered. */
export const FLOOR_MS = 500;
/** Never later: 20 s is about as long as a person waits before reloading the page. */
export const CEILING_MS = 20_000;

/** Milliseconds before attempt number `attempt` (0: the first after a loss). */
export function delayBefore(attempt: number, random: Random): number {
  const ceiling = Math.min(CEILING_MS, 1000 * 2 ** Math.min(attempt, 10));
  return Math.max(FLOOR_MS, Math.round(random() * ceiling));
}
