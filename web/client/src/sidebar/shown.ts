/** Which conversations the list shows, in which order. Pure but for the two signals at the end. */

import { computed, signal } from "@preact/signals";
import type { ConversationState } from "@parley/sdk";
import { settings, type Folder } from "../app/settings.ts";
import { inbox } from "../app/state.ts";

/** "all", "unread", "mentions", or the id of a folder. */
export type Filter = string;

export const filter = signal<Filter>("all");

/** The conversation that was opened out of the filter "unread": it stays in the list while it is open. */
export const kept = signal(0);

export function isUnread({ unread, unread_from, unread_mentions }: ConversationState): boolean {
  return unread > 0 || unread_from > 0 || unread_mentions > 0;
}

/** Starred first, in the order they were starred; the others as they come, which is newest first. */
export function chosen(rows: readonly ConversationState[], by: Filter, folders: readonly Folder[], open = 0): ConversationState[] {
  const folder = folders.find(({ id }) => String(id) === by);
  const inside = new Set(folder?.conversations);
  const wanted = (row: ConversationState): boolean => {
    if (row.kind === "personal" && row.last === null) return false;
    if (folder) return inside.has(row.conversation);
    if (by === "unread") return isUnread(row) || row.conversation === open;
    if (by === "mentions") return row.unread_mentions > 0 || row.conversation === open;
    return true;
  };
  const listed = rows.filter(wanted);
  const starred = listed.filter(({ starred_at }) => starred_at > 0).sort((a, b) => a.starred_at - b.starred_at);
  return starred.length === 0 ? listed : [...starred, ...listed.filter(({ starred_at }) => starred_at === 0)];
}

/** The rows of the list as it is now. */
export const shown = computed(() => chosen(inbox.value.rows, filter.value, settings.value.folders, kept.value));
