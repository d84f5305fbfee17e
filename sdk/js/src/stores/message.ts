/**
 * What later entries and unsent writes do to a message: pure functions from a message to a message.
 */

import type { Outgoing } from "../link/outbox.ts";
import type { Entry } from "../link/stream.ts";
import type { MessageCreated, MessageRecalled } from "../wire.ts";

type Reactions = Readonly<Record<string, readonly number[]>>;

/** The message after `entry`. The same object when the entry is not about it or is contained already. */
export function changed(message: MessageCreated, entry: Entry): MessageCreated {
  if (entry.type === "message.created") return threaded(message, entry);
  if (entry.type === "message.recalled" && entry.target !== message.seq) return threaded(message, entry);
  if (!("target" in entry) || entry.target !== message.seq || entry.seq <= versionOf(message)) return message;
  switch (entry.type) {
    case "message.edited":
      if (message.recalled_at) return message;
      return {
        ...message,
        body: entry.body,
        mentions: entry.mentions,
        mentions_all: entry.mentions_all,
        edited_at: entry.at,
        version: entry.seq,
      };
    case "message.recalled":
      return {
        ...message,
        body: {},
        mentions: [],
        mentions_all: false,
        reactions: {},
        previews: [],
        recalled_at: entry.at,
        version: entry.seq,
      };
    case "message.pinned":
      return { ...message, pinned_at: entry.at, version: entry.seq };
    case "message.unpinned":
      return { ...message, pinned_at: 0, version: entry.seq };
    case "message.confirmed":
      return { ...message, confirmed: including(message.confirmed, entry.sender), version: entry.seq };
    case "message.previewed":
      return { ...message, previews: entry.previews, version: entry.seq };
    case "reaction.added":
      return { ...message, reactions: reacted(message.reactions, entry.emoji, entry.sender, true), version: entry.seq };
    case "reaction.removed":
      return { ...message, reactions: reacted(message.reactions, entry.emoji, entry.sender, false), version: entry.seq };
    default:
      return message;
  }
}

/** People named under a thread's first message. */
const THREAD_PEOPLE = 5;

/** The first message of a thread after a reply in it, or after one was taken back. */
function threaded(root: MessageCreated, entry: MessageCreated | MessageRecalled): MessageCreated {
  if (entry.thread_root !== root.seq || entry.seq <= versionOf(root)) return root;
  if (entry.type === "message.recalled") {
    return { ...root, thread_count: Math.max(0, root.thread_count - 1), version: entry.seq };
  }
  const people = root.thread_people;
  return {
    ...root,
    thread_count: root.thread_count + 1,
    thread_last_at: entry.at,
    thread_people: people.length < THREAD_PEOPLE ? including(people, entry.sender) : people,
    version: entry.seq,
  };
}

function including(users: readonly number[], user: number): readonly number[] {
  return users.includes(user) ? users : [...users, user];
}

/** Seq of the last entry that the message contains. */
export function versionOf(message: MessageCreated): number {
  return message.version || message.seq;
}

/** The message as its user wants it: with writes that are not confirmed yet. */
export function foreseen(message: MessageCreated, { write, state, at }: Outgoing, me: number): MessageCreated {
  if (!("target" in write) || write.target !== message.seq || state === "failed") return message;
  switch (write.type) {
    case "message.edit":
      return { ...message, body: write.body, edited_at: at };
    case "message.recall":
      return { ...message, body: {}, reactions: {}, recalled_at: at };
    case "reaction.add":
      return { ...message, reactions: reacted(message.reactions, write.emoji, me, true) };
    case "reaction.remove":
      return { ...message, reactions: reacted(message.reactions, write.emoji, me, false) };
  }
}

/** The row of a message that is still in the outbox, looking exactly like the final one. */
export function drafted({ write, at, key, seq, number }: Outgoing, me: number): MessageCreated | null {
  if (write.type !== "message.send") return null;
  return {
    type: "message.created",
    conversation: write.conversation,
    seq,
    at,
    sender: me,
    client_key: key,
    number,
    kind: write.kind ?? "text",
    body: write.body,
    reply_to: write.reply_to ?? 0,
    thread_root: write.thread_root ?? 0,
    mentions: write.mentions ?? [],
    mentions_all: write.mentions_all ?? false,
    app: 0,
    edited_at: 0,
    recalled_at: 0,
    reactions: {},
    version: 0,
    forwarded_from: 0,
    urgent: write.urgent ?? false,
    confirmed: [],
    pinned_at: 0,
    thread_count: 0,
    thread_last_at: 0,
    thread_people: [],
    previews: [],
  };
}

function reacted(reactions: Reactions, emoji: string, user: number, on: boolean): Reactions {
  const others = (reactions[emoji] ?? []).filter((each) => each !== user);
  const users = on ? ((reactions[emoji] ?? []).includes(user) ? (reactions[emoji] ?? []) : [...others, user]) : others;
  const { [emoji]: _, ...rest } = reactions;
  if (users.length === 0) return rest;
  return emoji in reactions ? { ...reactions, [emoji]: users } : { ...rest, [emoji]: users };
}
