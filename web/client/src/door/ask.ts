/** One question to the HTTP door: the session's cookie says who asks, and every refusal becomes a ParleyError. */

import { ParleyError, type ErrorCode } from "@parley/sdk";
import { cookie } from "../app/page.ts";

export const ROOT = "/api/v1/";

export interface Ask {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly body?: unknown;
  readonly key?: string;
  readonly signal?: AbortSignal;
}

/** The answer's JSON; nothing for 204. */
export async function ask<T>(path: string, { method = "GET", body, key, signal }: Ask = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRFToken"] = cookie("csrftoken");
  const form = body instanceof FormData;
  if (body !== undefined && !form) headers["Content-Type"] = "application/json";
  if (key) headers["Idempotency-Key"] = key;
  let answer: Response;
  try {
    answer = await fetch(ROOT + path, {
      method,
      headers,
      credentials: "same-origin",
      ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (cause) {
    if (signal?.aborted) throw new ParleyError("cancelled", "Not wanted any more.");
    throw new ParleyError("connection_lost", String(cause));
  }
  if (!answer.ok) throw problem(answer.status, await answer.json().catch(() => ({})));
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

/** What went wrong, from a problem+json answer. */
export function problem(status: number, loose: unknown): ParleyError {
  const { code, detail, details = {} } = (loose ?? {}) as { code?: string; detail?: string; details?: Record<string, unknown> };
  return new ParleyError((code ?? "internal") as ErrorCode, detail ?? `HTTP ${status}`, { details });
}
