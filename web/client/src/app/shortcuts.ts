/**
 * Every shortcut of the page, once: what is pressed, what it is called, what it does. The help on "?" is this list.
 *
 * Those without `run` belong to a focused message or to the composer, which handle them; they are here to be known.
 */

import type { DialogWord } from "../words/dialogs/index.ts";

export type Where = "page" | "message" | "composer";

export interface Shortcut {
  readonly name: DialogWord;
  readonly where: Where;
  /** "Mod" is Ctrl, on a Mac Cmd. Several ways are separated by a space. */
  readonly keys: string;
  /** Says false when it had nothing to do, and the key keeps its usual meaning. */
  readonly run?: () => boolean | void;
}

const registry: Shortcut[] = [];

export function shortcuts(): readonly Shortcut[] {
  return registry;
}

/** Makes these shortcuts known. A key that is taken already is a mistake in the program. */
export function register(...more: readonly Shortcut[]): void {
  for (const shortcut of more) {
    for (const keys of shortcut.keys.split(" ")) {
      const taken = registry.find((each) => each.where === shortcut.where && each.keys.split(" ").includes(keys));
      if (taken) throw new Error(`${keys} is ${String(taken.name)} already`);
    }
    registry.push(shortcut);
  }
}

export const MAC = /Mac|iPhone|iPad/.test(navigator.platform);

/** How a key press is written in `keys`. */
export function keysOf(event: Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">): string {
  // With Alt a Mac types other characters; the key's place then says what was meant.
  const named = event.altKey && /^Key[A-Z]$/.test(event.code) ? event.code.slice(3) : event.key;
  const key = named.length === 1 ? named.toUpperCase() : named;
  const letter = /^[A-Z]$/.test(key) || key.length > 1;
  const mod = MAC ? event.metaKey : event.ctrlKey;
  return [mod && "Mod", event.altKey && "Alt", event.shiftKey && letter && "Shift", key].filter(Boolean).join("+");
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** Hears every key of the page that nobody nearer took. */
export function listen(single: () => boolean): () => void {
  const hear = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
    const keys = keysOf(event);
    const bare = !event.altKey && !event.ctrlKey && !event.metaKey && event.key.length === 1;
    // A single character is a shortcut only where nothing is written, and only for those who want it (WCAG 2.1.4).
    if (bare && (typing(event.target) || !single())) return;
    const found = registry.find(({ where, keys: all, run }) => where === "page" && run !== undefined && all.split(" ").includes(keys));
    if (found?.run && found.run() !== false) event.preventDefault();
  };
  addEventListener("keydown", hear);
  return () => removeEventListener("keydown", hear);
}

const SIGNS: Readonly<Record<string, string>> = { ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc" };

/** The keys as they are printed on the reader's keyboard. */
export function printed(keys: string): string[] {
  const own: Readonly<Record<string, string>> = MAC ? { Mod: "⌘", Alt: "⌥", Shift: "⇧" } : { Mod: "Ctrl" };
  // The sign between keys may be the last key itself.
  return keys.split(/\+(?=.)/).map((key) => own[key] ?? SIGNS[key] ?? key);
}
