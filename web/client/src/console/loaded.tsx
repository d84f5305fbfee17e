/** What is fetched for a part of the console: on its way, there, or failed with a way to try again. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../words/console/index.ts";
import { why } from "../words/index.ts";

export interface Loaded<T> {
  readonly value: T | null;
  readonly error: string;
  readonly load: () => void;
  readonly set: (value: T) => void;
}

/** Fetches with `ask` at once, and again when `load` is called. */
export function useLoaded<T>(ask: () => Promise<T>, on: readonly unknown[] = []): Loaded<T> {
  const [value, set] = useState<T | null>(null);
  const [error, fail] = useState("");
  const load = (): void => {
    fail("");
    ask().then(set, (cause: { code?: string }) => fail(cause.code ?? "internal"));
  };
  useEffect(load, on);
  return { value, error, load, set };
}

export function Waits<T>({ of, children }: { of: Loaded<T>; children: (value: T) => ComponentChildren }) {
  if (of.error) {
    return (
      <div class="console-none" role="alert">
        <p>{of.error === "not_found" ? t("app_gone") : why(of.error)}</p>
        <button type="button" class="plain" onClick={of.load}>
          {t("try_again")}
        </button>
      </div>
    );
  }
  if (of.value === null) {
    return (
      <p class="console-none" role="status">
        {t("loading")}
      </p>
    );
  }
  return <>{children(of.value)}</>;
}

/** What a refusal says: the server names the path of what is wrong. */
export function said(cause: unknown): string {
  const { code = "internal", message = "", details = {} } = cause as { code?: string; message?: string; details?: { path?: string } };
  const { path = "" } = details;
  const reason = ["invalid", "conflict", "not_allowed"].includes(code) && message ? message : why(code);
  return path ? t("refused_at", { path, why: reason }) : reason;
}
