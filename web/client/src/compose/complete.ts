/** Choosing while one writes: people after @, commands after /, emojis after a colon. Arrows move, Enter or Tab takes. */

import type { Signal } from "@preact/signals";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

export interface Option {
  readonly key: string;
  readonly title: string;
  readonly hint: string;
  /** A person's id, for the face; or a picture as text. */
  readonly user?: number;
  readonly picture?: string;
  /** Replaces what was typed, its mark included. */
  readonly text: string;
  readonly take?: () => void;
}

export interface Source {
  /** What was typed before the cursor; the first group is the query. */
  readonly pattern: RegExp;
  readonly options: (query: string) => Promise<readonly Option[]> | readonly Option[];
}

export interface Completing {
  readonly options: Signal<readonly Option[]>;
  readonly active: Signal<number>;
  readonly attributes: Readonly<Record<string, string | boolean>>;
  readonly key: (event: KeyboardEvent) => boolean;
  readonly choose: (option: Option) => void;
  readonly close: () => void;
}

interface Found {
  readonly source: Source;
  readonly query: string;
  readonly length: number;
}

export function found(sources: readonly Source[], before: string): Found | null {
  for (const source of sources) {
    const match = source.pattern.exec(before);
    if (match) return { source, query: match[1] ?? "", length: match[0].trimStart().length };
  }
  return null;
}

export function useCompletion(sources: readonly Source[], field: { current: HTMLTextAreaElement | null }, text: Signal<string>, put: (value: string, cursor: number) => void): Completing {
  const options = useSignal<readonly Option[]>([]);
  const active = useSignal(0);
  const before = text.value.slice(0, field.current?.selectionStart ?? text.value.length);
  const now = found(sources, before);

  useEffect(() => {
    if (now === null) {
      options.value = [];
      return;
    }
    let wanted = true;
    void Promise.resolve(now.source.options(now.query)).then(
      (list) => {
        if (!wanted) return;
        options.value = list;
        active.value = 0;
      },
      () => wanted && (options.value = []),
    );
    return () => void (wanted = false);
  }, [now?.source, now?.query]);

  const choose = (option: Option): void => {
    const at = field.current?.selectionStart ?? text.value.length;
    const here = found(sources, text.value.slice(0, at));
    const head = text.value.slice(0, at - (here?.length ?? 0)) + option.text;
    options.value = [];
    option.take?.();
    put(head + text.value.slice(at), head.length);
  };
  const key = (event: KeyboardEvent): boolean => {
    const { length } = options.value;
    if (length === 0) return false;
    const option = options.value[active.value];
    if (event.key === "ArrowDown") active.value = (active.value + 1) % length;
    else if (event.key === "ArrowUp") active.value = (active.value - 1 + length) % length;
    else if ((event.key === "Enter" || event.key === "Tab") && option) choose(option);
    else if (event.key === "Escape") options.value = [];
    else return false;
    event.preventDefault();
    return true;
  };
  return {
    options,
    active,
    key,
    choose,
    close: () => void (options.value = []),
    attributes:
      options.value.length > 0 ? { "aria-autocomplete": "list", "aria-controls": "completions", "aria-activedescendant": `completion-${active.value}` } : {},
  };
}
