/** Groups and who is in them, over the HTTP door. */

import { decodeAs, type ConversationPage, type ConversationState, type MessageCreated, type Person } from "@parley/sdk";
import type { Members } from "../app/door.ts";
import { ask } from "./ask.ts";

export interface CardAnswer {
  readonly person: Person;
  /** Each department from the company down, in one line. */
  readonly path: readonly string[];
  readonly shared: number;
}

export interface GroupChanges {
  readonly title?: string;
  readonly description?: string;
  readonly post_policy?: string;
}

interface LooseCard {
  readonly departments?: readonly (readonly string[])[];
  readonly shared_conversations?: number;
  readonly person?: unknown;
}

const state = (loose: unknown): ConversationState => decodeAs<ConversationPage>("conversation.page", loose).state;

export const groups = {
  change: async (conversation: number, changes: GroupChanges) =>
    state(await ask(`conversations/${conversation}`, { method: "PATCH", body: changes })),

  avatar(conversation: number, file: Blob): Promise<unknown> {
    const form = new FormData();
    form.append("file", file, "avatar.png");
    return ask(`conversations/${conversation}/avatar`, { method: "PUT", body: form });
  },

  add: (conversation: number, users: readonly number[]) =>
    ask<unknown>(`conversations/${conversation}/members`, { method: "POST", body: { users } }),
  remove: (conversation: number, user: number) => ask<unknown>(`conversations/${conversation}/members/${user}`, { method: "DELETE" }),
  role: (conversation: number, user: number, role: string) =>
    ask<unknown>(`conversations/${conversation}/members/${user}`, { method: "PATCH", body: { role } }),

  members: (conversation: number, query: string, cursor: string, signal?: AbortSignal) =>
    ask<Members>(
      `conversations/${conversation}/members?${new URLSearchParams({ limit: "100", ...(query ? { query } : {}), ...(cursor ? { cursor } : {}) })}`,
      signal ? { signal } : {},
    ),

  async pins(conversation: number, cursor: string): Promise<{ readonly messages: readonly MessageCreated[]; readonly next: string }> {
    const page = await ask<{ messages: unknown[]; next?: string }>(
      `conversations/${conversation}/pins?limit=30${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`,
    );
    return { messages: page.messages.map((each) => decodeAs<MessageCreated>("message.created", each)), next: page.next ?? "" };
  },

  async card(user: number): Promise<CardAnswer> {
    const loose = await ask<LooseCard>(`users/${user}`);
    return {
      person: decodeAs<Person>("Person", loose.person ?? loose),
      path: (loose.departments ?? []).map((each) => each.join(" / ")),
      shared: loose.shared_conversations ?? 0,
    };
  },
};
