/**
 * The user's conversations, newest first, with what is unread. A row is a snapshot of the server's plus every entry
 * since; entries that the snapshot already contains are passed over.
 */

import type { Entry } from "../link/stream.ts";
import type { ConversationAdvanced, ConversationState, MessageCreated } from "../wire.ts";
import { changed } from "./message.ts";
import { Store } from "./store.ts";
import { countsOf, isGuess, unreadFrom, withMention, withMessage, withRead, withRecall, type Unread } from "./unread.ts";

export interface InboxSnapshot {
  /** Whether the first answer was complete. */
  readonly ready: boolean;
  readonly rows: readonly ConversationState[];
  /** Unread messages in all conversations. */
  readonly unread: number;
}

/** How the user treats a conversation: the fields of its row that the user alone sees. */
export type Preference = Pick<ConversationState, "notify" | "silent_until" | "starred_at" | "unread_from">;

interface Row {
  state: ConversationState;
  /** Seq of the personal entry that last told the preference, 0 when the row did. */
  told: number;
  /** Seq as of which the server made the snapshot. */
  base: number;
  unread: Unread;
}

export class InboxStore extends Store<InboxSnapshot> {
  /** The user; their own messages are read by being sent. */
  me = 0;
  private readonly rows = new Map<number, Row>();
  private ready = false;

  get(conversation: number): ConversationState | undefined {
    return this.rows.get(conversation)?.state;
  }

  /** Every conversation known. */
  ids(): readonly number[] {
    return [...this.rows.keys()];
  }

  /** Every row as it is now, however the screen is paced. */
  states(): readonly ConversationState[] {
    return [...this.rows.values()].map(({ state }) => state);
  }

  setReady(): void {
    this.ready = true;
    this.changed();
  }

  /**
   * A row as the server sees it. A read position of this device that the server does not know yet is kept, and so is a
   * preference told by a personal entry after `asOf`, the last one that the row surely contains.
   */
  put(state: ConversationState, asOf = Infinity): void {
    const before = this.rows.get(state.conversation);
    if (before !== undefined && state.head_seq < before.state.head_seq) return;
    const newer = before !== undefined && before.told > asOf;
    const known = newer ? { ...state, ...preferenceOf(before.state) } : state;
    const told = newer ? before.told : 0;
    const row: Row = { state: known, told, base: state.head_seq, unread: unreadFrom(state) };
    this.rows.set(state.conversation, row);
    if (before !== undefined) row.unread = withRead(row.unread, before.unread.read);
    this.update(row, {});
  }

  remove(conversation: number): void {
    if (this.rows.delete(conversation)) this.changed();
  }

  /** Entries of a conversation, in order. */
  apply(conversation: number, entries: readonly Entry[]): void {
    const row = this.rows.get(conversation);
    if (row === undefined) return;
    for (const entry of entries) if (entry.seq > row.base) this.fold(row, entry);
    const last = entries[entries.length - 1];
    if (last !== undefined) this.update(row, { head_seq: Math.max(row.state.head_seq, last.seq) });
  }

  /** A large conversation moved on in the background. */
  advance({ conversation, head_seq, last_number }: ConversationAdvanced, at: number): void {
    const row = this.rows.get(conversation);
    if (row === undefined || head_seq <= row.state.head_seq) return;
    if (last_number > row.unread.last) row.state = { ...row.state, last_at: Math.max(at, row.state.last_at) };
    row.unread = withMessage(row.unread, last_number);
    this.update(row, { head_seq });
  }

  /** The user's position, moved by this device or another. True: the count is a guess until the server is asked. */
  read(conversation: number, number: number): boolean {
    const row = this.rows.get(conversation);
    if (row === undefined) return false;
    if (number <= row.unread.read) return false;
    row.unread = withRead(row.unread, number);
    this.update(row, { unread_from: 0 });
    return isGuess(row.unread);
  }

  /** The user treats a conversation otherwise. `seq`: of the personal entry that told; 0: this device foresees it. */
  prefer(conversation: number, preference: Partial<Preference>, seq: number): void {
    const row = this.rows.get(conversation);
    if (row === undefined || (seq > 0 && seq <= row.told)) return;
    if (seq > 0) row.told = seq;
    this.update(row, preference);
  }

  /** Seq of the personal entry that last told the preference of a row. */
  toldOf(conversation: number): number {
    return this.rows.get(conversation)?.told ?? 0;
  }

  /** The user was mentioned. */
  mention(message: MessageCreated): void {
    const row = this.rows.get(message.conversation);
    if (row === undefined) return;
    row.unread = withMention(row.unread, message.number);
    this.update(row, {});
  }

  protected build(): InboxSnapshot {
    const rows = [...this.rows.values()].map(({ state }) => state);
    rows.sort((a, b) => b.last_at - a.last_at || b.conversation - a.conversation);
    return { ready: this.ready, rows, unread: rows.reduce((sum, row) => sum + row.unread, 0) };
  }

  private fold(row: Row, entry: Entry): void {
    const { state } = row;
    if (entry.type !== "message.created" && entry.type !== "unknown" && state.last !== null) {
      const last = changed(state.last, entry);
      if (last !== state.last) row.state = { ...state, last };
    }
    switch (entry.type) {
      case "message.created":
        row.unread = withMessage(row.unread, entry.number);
        if (entry.sender === this.me) row.unread = withRead(row.unread, entry.number);
        row.state = { ...state, last: entry, last_at: Math.max(state.last_at, entry.at) };
        if (entry.sender === this.me) row.state = { ...row.state, unread_from: 0 };
        break;
      case "message.recalled":
        row.unread = withRecall(row.unread, entry.number);
        break;
      case "conversation.updated":
        row.state = {
          ...state,
          title: entry.title,
          description: entry.description,
          post_policy: entry.post_policy,
          avatar: entry.avatar,
        };
        break;
      case "member.added":
      case "member.removed":
        row.state = { ...state, member_count: entry.member_count };
        break;
      case "member.changed":
        if (entry.user === this.me) row.state = { ...state, role: entry.role, muted_until: entry.muted_until };
        break;
      default:
    }
  }

  private update(row: Row, change: Partial<ConversationState>): void {
    const counts = countsOf(row.unread);
    // One's own conversation moves with every fact about oneself; its place in the list is that of its last note.
    const last_at = row.state.kind === "personal" ? (row.state.last?.at ?? 0) : row.state.last_at;
    row.state = {
      ...row.state,
      ...change,
      last_at,
      last_number: row.unread.last,
      read_number: row.unread.read,
      recalled: row.unread.recalled,
      mentioned: row.unread.mentioned,
      unread: counts.unread,
      unread_mentions: counts.mentions,
    };
    this.changed();
  }
}

export function preferenceOf({ notify, silent_until, starred_at, unread_from }: Preference): Preference {
  return { notify, silent_until, starred_at, unread_from };
}
