/** A list that the server gives page by page. */

import { useEffect, useRef, useState } from "preact/hooks";

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string;
}

export interface Paged<T> {
  readonly items: readonly T[] | null;
  readonly error: string;
  readonly more: (() => void) | null;
  readonly reload: () => void;
  readonly remove: (item: T) => void;
}

/** Asks anew when `key` changes. `items` is null until the first page is there. */
export function usePaged<T>(key: string, ask: (cursor: string) => Promise<Page<T>>): Paged<T> {
  const [state, set] = useState<{ items: readonly T[] | null; next: string; error: string }>({ items: null, next: "", error: "" });
  const latest = useRef(0);
  const load = (cursor: string): void => {
    const mine = ++latest.current;
    ask(cursor).then(
      ({ items, next }) => {
        if (mine === latest.current) set((before) => ({ items: cursor ? [...(before.items ?? []), ...items] : items, next, error: "" }));
      },
      ({ code }: { code?: string }) => {
        if (mine === latest.current) set((before) => ({ ...before, error: code ?? "internal" }));
      },
    );
  };
  useEffect(() => load(""), [key]);
  return {
    items: state.items,
    error: state.error,
    more: state.next ? () => load(state.next) : null,
    reload: () => load(""),
    remove: (item) => set((before) => ({ ...before, items: before.items?.filter((each) => each !== item) ?? null })),
  };
}
