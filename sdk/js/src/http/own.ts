/**
 * Routes of people, of the user's own things, and of files.
 */

import { decodeAs } from "../codec.ts";
import type { Person } from "../wire.ts";
import type * as answers from "./answers.ts";
import type { Caller } from "./caller.ts";
import { ROOT } from "./caller.ts";
import { formOf, message, messagesOf } from "./conversations.ts";

const person = (loose: unknown): Person => decodeAs("Person", loose);

export function ownRoutes(caller: Caller) {
  return {
    async me(): Promise<answers.Me> {
      const me = await caller.ask<answers.Me>("me");
      return { ...me, person: person(me.person) };
    },
    updateMe: (body: { name?: string; title?: string; locale?: string }): Promise<unknown> =>
      caller.ask("me", { method: "PATCH", body, key: caller.key() }),
    setAvatar: (image: Blob, name = "avatar"): Promise<unknown> =>
      caller.ask("me/avatar", { method: "PUT", body: formOf(image, name) }),
    setStatus: (body: { emoji?: string; text?: string; until?: number; quiet_until?: number }): Promise<unknown> =>
      caller.ask("me/status", { method: "PUT", body }),
    settings: (): Promise<answers.Settings> => caller.ask("me/settings"),
    putSetting: (name: string, value: unknown): Promise<unknown> =>
      caller.ask(`me/settings/${encodeURIComponent(name)}`, { method: "PUT", body: { value } }),
    drafts: (): Promise<answers.Drafts> => caller.ask("me/drafts"),
    saved: async (cursor = ""): Promise<answers.Messages> => messagesOf(await caller.ask("saved", { query: { cursor } })),
    async threads(cursor = "", unread = false): Promise<answers.FollowedThreads> {
      const query = { cursor, ...(unread ? { unread: 1 } : {}) };
      const page = await caller.ask<Partial<answers.FollowedThreads>>("threads", { query });
      const threads = (page.threads ?? []).map((each) => ({
        conversation: each.conversation,
        root: message(each.root),
        unread: each.unread ?? 0,
        read_seq: each.read_seq ?? 0,
        last_at: each.last_at ?? 0,
      }));
      return { threads, next: page.next ?? "" };
    },

    async people(query: string, signal?: AbortSignal, cursor = "", limit = 30): Promise<answers.People> {
      const page = await caller.ask<answers.People>("users", { query: { query, limit, cursor }, signal });
      return { people: page.people.map(person), next: page.next ?? "" };
    },
    async personCard(user: number): Promise<answers.PersonCard> {
      const loose = await caller.ask<Partial<answers.PersonCard> & Partial<Person>>(`users/${user}`);
      return {
        person: person(loose.person ?? loose),
        departments: loose.departments ?? [],
        shared_conversations: loose.shared_conversations ?? 0,
      };
    },

    devices: async (): Promise<readonly answers.Device[]> =>
      (await caller.ask<{ devices: answers.Device[] }>("devices")).devices,
    revokeDevice: (device: number): Promise<void> => caller.ask(`devices/${device}`, { method: "DELETE" }),
    pushKey: async (): Promise<string> => (await caller.ask<{ key: string }>("push/key")).key,
    subscribePush: (subscription: { endpoint: string; keys: Readonly<Record<string, string>> }): Promise<unknown> =>
      caller.ask("devices/current/push", { method: "PUT", body: subscription }),
    unsubscribePush: (): Promise<unknown> => caller.ask("devices/current/push", { method: "DELETE" }),
    commands: async (): Promise<readonly answers.Command[]> =>
      (await caller.ask<{ commands: answers.Command[] }>("commands")).commands,

    fileUrl: (id: string): string => `${ROOT}files/${encodeURIComponent(id)}`,
    thumbnailUrl: (id: string): string => `${ROOT}files/${encodeURIComponent(id)}/thumbnail`,
    // The upload manager tries again by itself, where it stopped.
    beginUpload: (body: { name: string; size: number; media_type: string }): Promise<answers.Upload> =>
      caller.ask("uploads", { method: "POST", body, key: caller.key(), tries: 1 }),
    uploadState: (upload: string): Promise<answers.Upload> => caller.ask(`uploads/${upload}`, { tries: 1 }),
    putChunk: (upload: string, offset: number, body: Blob, signal?: AbortSignal): Promise<{ offset: number }> =>
      caller.ask(`uploads/${upload}`, {
        method: "PATCH",
        body,
        headers: { "Upload-Offset": String(offset), "Content-Type": "application/octet-stream" },
        signal,
      }),
    completeUpload: (upload: string, signal?: AbortSignal): Promise<answers.StoredFile> =>
      caller.ask(`uploads/${upload}/complete`, { method: "POST", body: {}, key: caller.key(), signal, tries: 1 }),
    dropUpload: (upload: string): Promise<void> => caller.ask(`uploads/${upload}`, { method: "DELETE" }),
  };
}
