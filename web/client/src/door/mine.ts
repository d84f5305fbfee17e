/** What a person sets for themself: settings, status, profile, how a conversation is treated, where notifications go. */

import { decodeAs, type ConversationState, type MessageCreated, type Person } from "@parley/sdk";
import { ask } from "./ask.ts";

export interface Status {
  readonly emoji: string;
  readonly text: string;
  readonly until: number;
  readonly quiet_until: number;
}

/** The four things of `preference.changed`; `starred` instead of its time when asking. */
export interface Preferences {
  readonly notify?: "all" | "mentions" | "none";
  readonly silent_until?: number;
  readonly starred?: boolean;
  readonly unread_from?: number;
}

export interface Marked {
  readonly conversation: number;
  readonly read_number_before: number;
}

export interface ThreadEntry {
  readonly conversation: number;
  readonly root: MessageCreated;
  readonly unread: number;
  readonly read_seq: number;
  readonly last_at: number;
}

const message = (loose: unknown): MessageCreated => decodeAs<MessageCreated>("message.created", loose);
const person = (loose: unknown): Person => decodeAs<Person>("Person", loose);
const cursorOf = (cursor: string): string => (cursor ? `&cursor=${encodeURIComponent(cursor)}` : "");

export const mine = {
  settings: async () => (await ask<{ values: Record<string, unknown> }>("me/settings")).values,
  set: (name: string, value: unknown) => ask<unknown>(`me/settings/${encodeURIComponent(name)}`, { method: "PUT", body: { value } }),
  status: async (status: Status) => person(await ask("me/status", { method: "PUT", body: status })),
  profile: (changes: { readonly name?: string; readonly title?: string }) => ask<unknown>("me", { method: "PATCH", body: changes }),

  avatar(file: Blob): Promise<unknown> {
    const form = new FormData();
    form.append("file", file, "avatar.png");
    return ask("me/avatar", { method: "PUT", body: form });
  },

  prefer: (conversation: number, wishes: Preferences) =>
    ask<Pick<ConversationState, "notify" | "silent_until" | "starred_at" | "unread_from">>(`conversations/${conversation}/preferences`, {
      method: "PUT",
      body: wishes,
    }),
  readAll: async () => (await ask<{ marked: Marked[] }>("inbox/read_all", { method: "POST" })).marked,

  async saved(cursor: string): Promise<{ readonly messages: readonly MessageCreated[]; readonly next: string }> {
    const page = await ask<{ messages: unknown[]; next?: string }>(`saved?limit=30${cursorOf(cursor)}`);
    return { messages: page.messages.map(message), next: page.next ?? "" };
  },
  unsave: (conversation: number, seq: number) => ask<void>(`conversations/${conversation}/messages/${seq}/saved`, { method: "DELETE" }),

  async threads(cursor: string, unread: boolean): Promise<{ readonly threads: readonly ThreadEntry[]; readonly next: string }> {
    const page = await ask<{ threads: (Omit<ThreadEntry, "root"> & { root: unknown })[]; next?: string }>(
      `threads?limit=30${unread ? "&unread=1" : ""}${cursorOf(cursor)}`,
    );
    return { threads: page.threads.map((each) => ({ ...each, root: message(each.root) })), next: page.next ?? "" };
  },

  pushKey: async () => (await ask<{ key: string }>("push/key")).key,
  subscribe: (subscription: PushSubscriptionJSON) =>
    ask<unknown>("devices/current/push", { method: "PUT", body: { endpoint: subscription.endpoint, keys: subscription.keys } }),
  unsubscribe: () => ask<void>("devices/current/push", { method: "DELETE" }),
};
