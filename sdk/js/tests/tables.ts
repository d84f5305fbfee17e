/** The tables of the fake server, and what is read from them. Writing and the network belong to `server.ts`. */

export type Loose = Record<string, unknown>;
export type Kept = Loose & { seq: number; type: string };

export interface Conversation {
  id: number;
  kind: string;
  members: number[];
  large: boolean;
  entries: Kept[];
  lastNumber: number;
  read: Map<number, number>;
  owner: number;
  /** User → preference. */
  wishes: Map<number, Loose>;
}

/** Entries of a range, or that the range is too wide. */
export function gap({ entries, id }: Conversation, frame: Loose, maxGap: number): Loose {
  const after = frame.after as number;
  const until = Math.min((frame.until as number) || entries.length, entries.length);
  const base = { type: "timeline.entries", conversation: id, head_seq: entries.length };
  if (until - after > maxGap) return { ...base, events: [], snapshot_required: true };
  const page = entries.slice(after, Math.min(until, after + ((frame.limit as number) || 50)));
  return { ...base, events: page, more: after + page.length < until };
}

/** A page of messages, as they are now. */
export function history(conversation: Conversation, frame: Loose): Loose {
  const root = frame.thread_root as number | undefined;
  const shown = ["message.created", "conversation.created", "member.added"];
  const seen = conversation.entries.filter((each) => (root ? each.thread_root === root || each.seq === root : shown.includes(each.type)) && shown.includes(each.type));
  const { before = 0, after = 0, around = 0, limit = 50 } = frame as Record<string, number>;
  const middle = seen.findIndex(({ seq }) => seq >= around);
  const page = before
    ? seen.filter(({ seq }) => seq < before).slice(-limit)
    : after
      ? seen.filter(({ seq }) => seq > after).slice(0, limit)
      : around
        ? seen.slice(Math.max(0, middle - limit / 2), middle + limit / 2)
        : seen.slice(-limit);
  return {
    type: "timeline.page",
    conversation: conversation.id,
    events: page.map((each) => present(conversation, each)),
    head_seq: conversation.entries.length,
    has_older: (page[0]?.seq ?? 0) > (seen[0]?.seq ?? 0),
    has_newer: (page[page.length - 1]?.seq ?? 0) < (seen[seen.length - 1]?.seq ?? 0),
  };
}

/** A message with everything that was done to it. */
export function present(conversation: Conversation, entry: Kept): Kept {
  const made = { ...entry, reactions: { ...((entry.reactions as Loose) ?? {}) } as Record<string, number[]>, version: entry.seq };
  for (const each of conversation.entries) {
    if (each.thread_root === entry.seq) thread(made, each);
    if (each.target !== entry.seq) continue;
    const emoji = each.emoji as string;
    const others = (made.reactions[emoji] ?? []).filter((user) => user !== each.sender);
    made.version = each.seq;
    if (each.type === "message.edited") Object.assign(made, { body: each.body, edited_at: each.at });
    if (each.type === "message.recalled") Object.assign(made, { body: {}, recalled_at: each.at, reactions: {}, mentions: [] });
    if (each.type === "message.pinned") Object.assign(made, { pinned_at: each.at });
    if (each.type === "message.unpinned") Object.assign(made, { pinned_at: 0 });
    if (each.type === "reaction.added") made.reactions[emoji] = [...others, each.sender as number];
    if (each.type === "reaction.removed") made.reactions[emoji] = others;
    if (made.reactions[emoji]?.length === 0) delete made.reactions[emoji];
  }
  return made;
}

/** A row of a user's inbox. */
export function state(conversation: Conversation, user: number): Loose {
  const { id, kind, entries, lastNumber, large, members } = conversation;
  const read = conversation.read.get(user) ?? 0;
  const recalled = new Set(entries.filter(({ type }) => type === "message.recalled").map(({ number }) => number as number));
  const above = [...recalled].filter((number) => number > read);
  const mentioned = entries
    .filter((each) => each.type === "message.created" && (each.number as number) > read)
    .filter((each) => ((each.mentions as number[] | undefined) ?? []).includes(user) && each.sender !== user)
    .map(({ number }) => number as number);
  const last = entries.filter(({ type }) => type === "message.created").pop();
  return {
    conversation: id,
    kind,
    head_seq: entries.length,
    last_number: lastNumber,
    read_number: read,
    unread: lastNumber - read - above.length,
    unread_mentions: mentioned.filter((number) => !recalled.has(number)).length,
    recalled: above,
    mentioned,
    member_count: members.length,
    large,
    last: last ? present(conversation, last) : null,
    last_at: (last?.at as number) ?? 0,
    ...conversation.wishes.get(user),
  };
}

/** A thread's first message after an entry of the thread. */
function thread(root: Kept, entry: Kept): void {
  const count = (root.thread_count as number | undefined) ?? 0;
  root.version = entry.seq;
  if (entry.type === "message.recalled") root.thread_count = count - 1;
  else {
    const people = (root.thread_people as number[] | undefined) ?? [];
    const more = people.includes(entry.sender as number) || people.length >= 5 ? people : [...people, entry.sender];
    Object.assign(root, { thread_count: count + 1, thread_last_at: entry.at, thread_people: more });
  }
}
