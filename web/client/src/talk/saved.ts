/** Which messages the person keeps for later, for the mark on a row. */

import type { MessageCreated } from "@parley/sdk";
import { savedKey } from "@parley/sdk/browser";
import { signal } from "@preact/signals";
import { client } from "../app/state.ts";

const kept = signal<ReadonlySet<string>>(new Set());
let following = false;

export function isSaved({ conversation, seq }: MessageCreated): boolean {
  if (!following) {
    following = true;
    const { saved } = client();
    kept.value = saved.getSnapshot();
    saved.subscribe(() => (kept.value = saved.getSnapshot()));
  }
  return kept.value.has(savedKey(conversation, seq));
}
