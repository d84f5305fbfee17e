/**
 * One request to the HTTP door and its answer: addresses, keys, problems as errors, and another try where that does no harm.
 */

import { ParleyError } from "../errors.ts";
import type { Clock, Http, HttpAnswer, HttpAsk, Random } from "../ports.ts";
import type { ErrorCode } from "../wire.ts";
import { clientKey } from "../keys.ts";

export const ROOT = "/api/v1/";
/** Tries of a request that may be repeated, and the longest wait between two. */
const TRIES = 3;
const LONGEST_MS = 10_000;

export interface CallerPorts {
  readonly http: Http;
  readonly clock: Clock;
  readonly random: Random;
}

export interface Call {
  readonly method?: HttpAsk["method"];
  readonly query?: Readonly<Record<string, string | number | readonly number[] | undefined>>;
  /** Sent as JSON, unless it is a Blob or a form. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Idempotency-Key of a POST: the same key again is the same deed, so it may be tried again. */
  readonly key?: string;
  readonly signal?: AbortSignal | undefined;
  /** How often to try; 1: once. */
  readonly tries?: number;
}

export class Caller {
  private readonly ports: CallerPorts;
  private readonly root: string;

  constructor(ports: CallerPorts, root = ROOT) {
    this.ports = ports;
    this.root = root;
  }

  /** A key for a POST that may be repeated. */
  key(): string {
    return clientKey(this.ports.random);
  }

  /** The answer's JSON; undefined when it has none. Rejects with a ParleyError. */
  async ask<T>(path: string, call: Call = {}): Promise<T> {
    const { method = "GET", signal } = call;
    const repeatable = method === "GET" || method === "PUT" || method === "DELETE" || call.key !== undefined;
    const tries = call.tries ?? (repeatable ? TRIES : 1);
    for (let turn = 1; ; turn++) {
      try {
        return await this.once<T>(path, call, method);
      } catch (cause) {
        if (!(cause instanceof ParleyError) || !cause.retryable || turn >= tries) throw cause;
        const wait = cause.retryAfter * 1000 || 500 * 2 ** turn * (0.5 + this.ports.random());
        if (wait > LONGEST_MS) throw cause;
        await this.pause(wait, signal);
      }
    }
  }

  private async once<T>(path: string, call: Call, method: HttpAsk["method"]): Promise<T> {
    const { body, key, signal } = call;
    const headers: Record<string, string> = { Accept: "application/json", ...call.headers };
    const raw = body instanceof Blob || body instanceof FormData;
    if (body !== undefined && !raw) headers["Content-Type"] = "application/json";
    if (key) headers["Idempotency-Key"] = key;
    let answer: HttpAnswer;
    try {
      answer = await this.ports.http({
        method,
        url: this.root + path + queryOf(call.query),
        headers,
        ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
        ...(signal ? { signal } : {}),
      });
    } catch (cause) {
      if (signal?.aborted) throw new ParleyError("cancelled", "Not wanted any more.");
      throw new ParleyError("connection_lost", String(cause));
    }
    if (answer.status >= 400) throw await problemOf(answer);
    return (answer.status === 204 ? undefined : await answer.json().catch(() => undefined)) as T;
  }

  private pause(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stopped = (): void => {
        cancel();
        reject(new ParleyError("cancelled", "Not wanted any more."));
      };
      const cancel = this.ports.clock.after(ms, () => {
        signal?.removeEventListener("abort", stopped);
        resolve();
      });
      if (signal?.aborted) stopped();
      else signal?.addEventListener("abort", stopped, { once: true });
    });
  }
}

function queryOf(query: Call["query"] = {}): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== "" && value !== 0);
  const text = pairs.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join("&");
  return text && `?${text}`;
}

/** An answer that is no success, as an error. */
async function problemOf(answer: HttpAnswer): Promise<ParleyError> {
  const loose = ((await answer.json().catch(() => ({}))) ?? {}) as {
    code?: string;
    detail?: string;
    details?: Readonly<Record<string, unknown>>;
  };
  const code = loose.code ?? (answer.status === 429 ? "rate_limited" : answer.status >= 500 ? "unavailable" : "invalid");
  return new ParleyError(code as ErrorCode, loose.detail ?? `HTTP ${answer.status}`, {
    retryAfter: Number(answer.header("Retry-After")) || 0,
    details: loose.details ?? {},
  });
}
