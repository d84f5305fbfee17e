/**
 * Routes of conversations and their messages.
 */

import { decodeAs } from "../codec.ts";
import type { Preference } from "../stores/inbox.ts";
import type { Accepted, ConversationPage, ConversationState, MessageCreated, TimelinePage } from "../wire.ts";
import type * as answers from "./answers.ts";
import type { Caller } from "./caller.ts";

/** What shall be different; what is left out stays. */
export interface Wish extends Partial<Omit<Preference, "starred_at">> {
  readonly starred?: boolean;
}

export interface SearchAsk {
  readonly q: string;
  readonly conversation?: number;
  readonly sender?: number;
  readonly before?: number;
  readonly after?: number;
  readonly has?: "file" | "image" | "link";
  readonly limit?: number;
  readonly cursor?: string;
}

export const message = (loose: unknown): MessageCreated => decodeAs("message.created", loose);
const state = (page: unknown): ConversationState => decodeAs<ConversationPage>("conversation.page", page).state;

export function messagesOf(page: { messages: readonly unknown[]; next?: string }): answers.Messages {
  return { messages: page.messages.map(message), next: page.next ?? "" };
}

export function conversationRoutes(caller: Caller) {
  const at = (conversation: number, rest = ""): string => `conversations/${conversation}${rest}`;
  const of = (conversation: number, seq: number, rest = ""): string => at(conversation, `/messages/${seq}${rest}`);
  const put = (on: boolean): "PUT" | "DELETE" => (on ? "PUT" : "DELETE");
  const paged = async (path: string, query: Record<string, string | number>): Promise<answers.Messages> =>
    messagesOf(await caller.ask(path, { query }));

  return {
    async conversation(conversation: number): Promise<ConversationState> {
      return state(await caller.ask(at(conversation)));
    },
    async createGroup(title: string, members: readonly number[], key = caller.key()): Promise<ConversationState> {
      return state(await caller.ask("conversations", { method: "POST", body: { title, members }, key }));
    },
    async updateConversation(
      conversation: number,
      body: { title?: string; description?: string; post_policy?: string },
    ): Promise<ConversationState> {
      return state(await caller.ask(at(conversation), { method: "PATCH", body, key: caller.key() }));
    },
    setConversationAvatar: (conversation: number, image: Blob, name = "avatar"): Promise<unknown> =>
      caller.ask(at(conversation, "/avatar"), { method: "PUT", body: formOf(image, name) }),
    leave: (conversation: number): Promise<void> =>
      caller.ask(at(conversation, "/leave"), { method: "POST", key: caller.key() }),

    async members(
      conversation: number,
      { cursor = "", query = "", role = "", limit = 100 } = {},
      signal?: AbortSignal,
    ): Promise<answers.Members> {
      const asked = { limit, cursor, query, role };
      const page = await caller.ask<answers.Members>(at(conversation, "/members"), { query: asked, signal });
      return { ...page, next: page.next ?? "" };
    },
    addMembers: (conversation: number, users: readonly number[]): Promise<void> =>
      caller.ask(at(conversation, "/members"), { method: "POST", body: { users }, key: caller.key() }),
    changeMember: (
      conversation: number,
      user: number,
      body: { role?: string; muted_until?: number },
    ): Promise<void> => caller.ask(at(conversation, `/members/${user}`), { method: "PATCH", body, key: caller.key() }),
    removeMember: (conversation: number, user: number): Promise<void> =>
      caller.ask(at(conversation, `/members/${user}`), { method: "DELETE" }),

    prefer: (conversation: number, body: Wish): Promise<Preference> =>
      caller.ask(at(conversation, "/preferences"), { method: "PUT", body }),
    markUnread: (conversation: number, number: number): Promise<unknown> =>
      caller.ask(at(conversation, "/unread"), { method: "POST", body: { number }, key: caller.key() }),
    readAll: (): Promise<answers.AllRead> => caller.ask("inbox/read_all", { method: "POST", key: caller.key() }),
    putDraft: (
      conversation: number,
      body: { text: string; thread_root?: number; reply_to?: number },
    ): Promise<{ readonly seq: number }> => caller.ask(at(conversation, "/draft"), { method: "PUT", body }),

    async history(conversation: number, ask: Record<string, number> = {}): Promise<TimelinePage> {
      return decodeAs("timeline.page", await caller.ask(at(conversation, "/messages"), { query: ask }));
    },
    pin: (conversation: number, seq: number, on: boolean): Promise<Accepted> =>
      caller.ask(of(conversation, seq, "/pin"), { method: put(on), key: caller.key() }),
    pins: (conversation: number, cursor = "", limit = 50): Promise<answers.Messages> =>
      paged(at(conversation, "/pins"), { cursor, limit }),
    files: (conversation: number, kind: "" | "file" | "image" = "", cursor = ""): Promise<answers.Messages> =>
      caller.ask(at(conversation, "/files"), { query: { kind, cursor } }),
    save: (conversation: number, seq: number, on: boolean): Promise<void> =>
      caller.ask(of(conversation, seq, "/saved"), { method: put(on) }),
    forward: (
      conversation: number,
      body: { source: number; messages: readonly number[]; merged?: boolean; comment?: string },
      key = caller.key(),
    ): Promise<answers.Forwarded> =>
      caller.ask(at(conversation, "/forward"), { method: "POST", body: { ...body, client_key: key }, key }),
    act: (
      conversation: number,
      seq: number,
      body: { action: string; value?: unknown; values?: Readonly<Record<string, unknown>> },
      key = caller.key(),
    ): Promise<answers.ActionAnswer> =>
      caller.ask(of(conversation, seq, "/actions"), { method: "POST", body: { ...body, client_key: key }, key }),
    confirm: (conversation: number, seq: number): Promise<Accepted> =>
      caller.ask(of(conversation, seq, "/confirm"), { method: "POST", key: caller.key() }),
    edits: (conversation: number, seq: number): Promise<answers.Edits> => caller.ask(of(conversation, seq, "/edits")),
    async readers(
      conversation: number,
      seq: number,
      which: "read" | "unread" = "read",
      cursor = "",
    ): Promise<answers.Readers> {
      const query = { state: which, cursor };
      const page = await caller.ask<answers.Readers>(of(conversation, seq, "/readers"), { query });
      return { ...page, people: page.people ?? [], read: page.read ?? 0, unread: page.unread ?? 0, next: page.next ?? "" };
    },
    removePreviews: (conversation: number, seq: number): Promise<unknown> =>
      caller.ask(of(conversation, seq, "/previews"), { method: "DELETE", key: caller.key() }),

    follow: (conversation: number, root: number, on: boolean): Promise<unknown> =>
      caller.ask(at(conversation, `/threads/${root}/follow`), { method: put(on) }),
    readThread: (conversation: number, root: number, seq: number): Promise<unknown> =>
      caller.ask(at(conversation, `/threads/${root}/read`), { method: "POST", body: { seq }, key: caller.key() }),
    runCommand: (conversation: number, text: string, language: "en" | "zh-hans", key = caller.key()): Promise<unknown> =>
      caller.ask(at(conversation, "/commands"), { method: "POST", body: { text, client_key: key, language }, key }),

    async search(ask: SearchAsk, signal?: AbortSignal): Promise<answers.Hits> {
      const found = await caller.ask<{ hits: readonly Partial<answers.Hit>[]; next?: string }>("search", {
        query: { ...ask },
        signal,
      });
      const hits = (found.hits ?? []).map((each) => ({
        message: message(each.message),
        text: each.text ?? "",
        highlights: each.highlights ?? [],
      }));
      return { hits, next: found.next ?? "" };
    },
  };
}

export function formOf(file: Blob, name: string): FormData {
  const form = new FormData();
  form.append("file", file, name);
  return form;
}
