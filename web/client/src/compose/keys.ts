/** What Enter means: it sends or breaks the line, as the writer set it, and never while an input method composes. */

import { settings } from "../app/settings.ts";

/** Safari ends a composition before the key that ended it: that key arrives this soon after. */
const SAFARI_MS = 50;

type Key = Pick<KeyboardEvent, "key" | "isComposing" | "keyCode" | "shiftKey" | "altKey" | "ctrlKey" | "metaKey">;

/** Whether a key belongs to the input method. `endedAt`: when the last composition ended, on the clock of `now`. */
export function isComposing(event: Key, endedAt: number, now: number): boolean {
  return event.isComposing || event.keyCode === 229 || (event.key === "Enter" && now - endedAt < SAFARI_MS && endedAt > 0);
}

/** By the setting Enter sends and Shift+Enter breaks the line, or the other way round. */
export function sends({ key, shiftKey, altKey, ctrlKey, metaKey }: Key): boolean {
  if (key !== "Enter" || altKey) return false;
  const held = ctrlKey || metaKey;
  return settings.value.enter_sends ? !shiftKey : held || shiftKey;
}
