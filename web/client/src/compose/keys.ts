/** What Enter means: it sends or breaks the line, as the writer set it, and never while an input method composes. */

import { settings } from "../app/settings.ts";

type Key = Pick<KeyboardEvent, "key" | "isComposing" | "keyCode" | "shiftKey" | "altKey" | "ctrlKey" | "metaKey">;

/**
 * Whether a key belongs to the input method. Safari tells the end of a composition before the key that ended it, and
 * that key has code 229 too; a wait by the clock would only eat the Enter of somebody who types fast.
 */
export const isComposing = (event: Key): boolean => event.isComposing || event.keyCode === 229;

/** By the setting Enter sends and Shift+Enter breaks the line, or the other way round. */
export function sends({ key, shiftKey, altKey, ctrlKey, metaKey }: Key): boolean {
  if (key !== "Enter" || altKey) return false;
  const held = ctrlKey || metaKey;
  return settings.value.enter_sends ? !shiftKey : held || shiftKey;
}
