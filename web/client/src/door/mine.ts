/** What a person sets for themself: status, profile, what was kept, where notifications go. */

import { decodeAs, type MessageCreated, type Person } from "@parley/sdk";
import { ask } from "./ask.ts";

export interface Status {
  readonly emoji: string;
  readonly text: string;
  readonly until: number;
  readonly quiet_until: number;
}

export interface Marked {
  readonly conversation: number;
  readonly read_number_before: number;
}

export interface Reminder {
  readonly at: number;
  readonly due: boolean;
  readonly note: string;
  readonly message: MessageCreated;
}

export interface Scheduled {
  readonly scheduled: number;
  readonly conversation: number;
  readonly text: string;
  readonly at: number;
  readonly state: string;
  readonly problem: string;
}

export interface NewScheduled {
  readonly text: string;
  readonly at: number;
  readonly thread_root: number;
  readonly reply_to: number;
  readonly mentions: readonly number[];
  readonly mentions_all: boolean;
}

const message = (loose: unknown): MessageCreated => decodeAs<MessageCreated>("message.created", loose);
const person = (loose: unknown): Person => decodeAs<Person>("Person", loose);
const cursorOf = (cursor: string): string => (cursor ? `&cursor=${encodeURIComponent(cursor)}` : "");

export const mine = {
  status: async (status: Status) => person(await ask("me/status", { method: "PUT", body: status })),
  profile: (changes: { readonly name?: string; readonly title?: string }) => ask<unknown>("me", { method: "PATCH", body: changes }),

  avatar(file: Blob): Promise<unknown> {
    const form = new FormData();
    form.append("file", file, "avatar.png");
    return ask("me/avatar", { method: "PUT", body: form });
  },

  readAll: async () => (await ask<{ marked: Marked[] }>("inbox/read_all", { method: "POST" })).marked,

  async saved(cursor: string): Promise<{ readonly messages: readonly MessageCreated[]; readonly next: string }> {
    const page = await ask<{ messages: unknown[]; next?: string }>(`saved?limit=30${cursorOf(cursor)}`);
    return { messages: page.messages.map(message), next: page.next ?? "" };
  },
  unsave: (conversation: number, seq: number) => ask<void>(`conversations/${conversation}/messages/${seq}/saved`, { method: "DELETE" }),

  async reminders(): Promise<readonly Reminder[]> {
    const { reminders } = await ask<{ reminders: { at: number; due?: boolean; note?: string; message: unknown }[] }>("me/reminders");
    return reminders.map(({ at, due = false, note = "", message: loose }) => ({ at, due, note, message: message(loose) }));
  },
  remind: (conversation: number, seq: number, at: number) =>
    ask<void>(`conversations/${conversation}/messages/${seq}/reminder`, { method: "PUT", body: { at } }),
  dismiss: (conversation: number, seq: number) => ask<void>(`conversations/${conversation}/messages/${seq}/reminder`, { method: "DELETE" }),

  async scheduled(): Promise<readonly Scheduled[]> {
    const { scheduled } = await ask<{ scheduled: (Omit<Scheduled, "problem"> & { problem?: string })[] }>("me/scheduled");
    return scheduled.map((each) => ({ problem: "", ...each }));
  },
  schedule: (conversation: number, body: NewScheduled) => ask<unknown>(`conversations/${conversation}/scheduled`, { method: "POST", body }),
  cancel: (scheduled: number) => ask<void>(`me/scheduled/${scheduled}`, { method: "DELETE" }),

  pushKey: async () => (await ask<{ key: string }>("push/key")).key,
  subscribe: (subscription: PushSubscriptionJSON) =>
    ask<unknown>("devices/current/push", { method: "PUT", body: { endpoint: subscription.endpoint, keys: subscription.keys } }),
  unsubscribe: () => ask<void>("devices/current/push", { method: "DELETE" }),
};
