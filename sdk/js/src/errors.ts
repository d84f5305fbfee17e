/**
 * One class for every failure a caller can see, and what a closed socket means.
 */

import { CloseCode, type ErrorCode, type Failed } from "./wire.ts";

/** Codes that this kit adds to those of the server. */
export type LocalCode = "connection_lost" | "timed_out" | "cancelled" | "not_connected";

export class ParleyError extends Error {
  readonly code: ErrorCode | LocalCode;
  /** Whether the same request, with the same key, may be sent again. */
  readonly retryable: boolean;
  /** Seconds to wait first; 0 when the server did not say. */
  readonly retryAfter: number;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode | LocalCode,
    message: string,
    options: { retryAfter?: number; details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message);
    this.name = "ParleyError";
    this.code = code;
    this.retryable = RETRYABLE.has(code);
    this.retryAfter = options.retryAfter ?? 0;
    this.details = options.details ?? {};
  }

  /** The server's `error` answer as an error. */
  static from(failed: Failed): ParleyError {
    return new ParleyError(failed.error as ErrorCode, failed.message, {
      retryAfter: failed.retry_after,
      details: failed.details,
    });
  }
}

const RETRYABLE: ReadonlySet<string> = new Set([
  "connection_lost",
  "timed_out",
  "not_connected",
  "rate_limited",
  "unavailable",
  "internal",
]);

/** What to do after a socket closed. */
export type Verdict = "again" | "later" | "renew" | "final";

/**
 * `again`: back-off and reconnect. `later`: the same, but not before a pause. `renew`: with a fresh token.
 * `final`: never by itself; the same attempt will fail again.
 */
export function verdictOn(code: number): Verdict {
  if (code === CloseCode.TOKEN_EXPIRED) return "renew";
  if (code >= 4400 && code <= 4499) return "final";
  if (code >= 4100 && code <= 4199) return "later";
  return "again";
}
