/** The emojis a person used last: on this device. The quick row has two of them and those of the settings. */

import { signal } from "@preact/signals";
import { settings } from "../app/settings.ts";

const KEY = "parley-recent-emojis";
/** Emojis in the quick row. */
const SHOWN = 6;
const KEPT = 24;

export const recent = signal<readonly string[]>(read());

/** The reactions one click away. */
export function quick(): readonly string[] {
  return [...new Set([...recent.value.slice(0, 2), ...settings.value.quick_reactions])].slice(0, SHOWN);
}

export function used(emoji: string): void {
  recent.value = [emoji, ...recent.value.filter((each) => each !== emoji)].slice(0, KEPT);
  try {
    localStorage.setItem(KEY, JSON.stringify(recent.value));
  } catch {
    // A full or forbidden storage only forgets a convenience.
  }
}

function read(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((each): each is string => typeof each === "string").slice(0, KEPT) : [];
  } catch {
    return [];
  }
}
