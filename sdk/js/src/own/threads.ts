/**
 * Threads that the user follows, with what is unread in each. The messages of one thread are a timeline window
 * (`client.thread`).
 */

import type { FollowedThread } from "../http/answers.ts";
import type { Entry } from "../link/stream.ts";
import { changed } from "../stores/message.ts";
import { Store } from "../stores/store.ts";
import type { ThreadFollowed } from "../wire.ts";
import type { Parts } from "./parts.ts";

export interface ThreadsSnapshot {
  /** Whether the first page was read. */
  readonly ready: boolean;
  /** The last reply first. */
  readonly threads: readonly FollowedThread[];
  /** Whether the server has more of them. */
  readonly more: boolean;
  /** Followed threads with something unread, of those that were read. */
  readonly unread: number;
}

export function threadKey(conversation: number, root: number): string {
  return `${conversation}/${root}`;
}

export class ThreadStore extends Store<ThreadsSnapshot> {
  me = 0;
  private readonly parts: Parts;
  private readonly threads = new Map<string, FollowedThread>();
  /** What was told of following, also of threads that are not in the list. */
  private readonly told = new Map<string, ThreadFollowed>();
  private ready = false;
  private next = "";

  constructor(parts: Parts) {
    super(parts.pace, parts.report);
    this.parts = parts;
  }

  /** Whether the user follows a thread; undefined: not known here. */
  follows(conversation: number, root: number): boolean | undefined {
    const key = threadKey(conversation, root);
    return this.told.get(key)?.following ?? (this.threads.has(key) ? true : undefined);
  }

  async follow(conversation: number, root: number, on: boolean): Promise<void> {
    await this.parts.api.follow(conversation, root, on);
    if (!on && this.threads.delete(threadKey(conversation, root))) this.changed();
  }

  /** The user has read a thread up to the reply at `seq`. */
  async read(conversation: number, root: number, seq: number): Promise<void> {
    const thread = this.threads.get(threadKey(conversation, root));
    if (thread !== undefined && thread.read_seq >= seq) return;
    if (thread !== undefined) this.put({ ...thread, read_seq: seq, unread: 0 });
    await this.parts.api.readThread(conversation, root, seq);
  }

  async load(): Promise<void> {
    const { threads, next } = await this.parts.api.threads();
    this.threads.clear();
    for (const each of threads) this.threads.set(threadKey(each.conversation, each.root.seq), each);
    this.next = next;
    this.ready = true;
    this.changed();
  }

  async loadMore(): Promise<void> {
    if (!this.next) return;
    const { threads, next } = await this.parts.api.threads(this.next);
    for (const each of threads) this.threads.set(threadKey(each.conversation, each.root.seq), each);
    this.next = next;
    this.changed();
  }

  /** An entry of the personal timeline. */
  followed(entry: ThreadFollowed): void {
    const key = threadKey(entry.target, entry.thread_root);
    if ((this.told.get(key)?.seq ?? 0) >= entry.seq) return;
    this.told.set(key, entry);
    const thread = this.threads.get(key);
    if (!entry.following) {
      if (this.threads.delete(key)) this.changed();
    } else if (thread === undefined) this.stale();
    else if (entry.read_seq > thread.read_seq) {
      const unread = entry.read_seq >= lastSeq(thread) ? 0 : thread.unread;
      this.put({ ...thread, read_seq: entry.read_seq, unread });
      if (unread > 0) this.stale();
    }
  }

  /** An entry of any conversation. */
  apply(entry: Entry): void {
    if (entry.type === "unknown") return;
    for (const thread of this.threads.values()) {
      if (thread.conversation !== entry.conversation) continue;
      const root = changed(thread.root, entry);
      if (root === thread.root) continue;
      const reply = entry.type === "message.created" && entry.thread_root === root.seq;
      const taken = entry.type === "message.recalled" && entry.thread_root === root.seq && entry.target > thread.read_seq;
      const mine = reply && entry.sender === this.me;
      this.put({
        ...thread,
        root,
        last_at: reply ? entry.at : thread.last_at,
        unread: mine ? 0 : Math.max(0, thread.unread + (reply ? 1 : 0) - (taken ? 1 : 0)),
        read_seq: mine ? entry.seq : thread.read_seq,
      });
    }
  }

  protected build(): ThreadsSnapshot {
    const threads = [...this.threads.values()].sort((a, b) => b.last_at - a.last_at);
    const unread = threads.filter((each) => each.unread > 0).length;
    return { ready: this.ready, threads, more: this.next !== "", unread };
  }

  private put(thread: FollowedThread): void {
    this.threads.set(threadKey(thread.conversation, thread.root.seq), thread);
    this.changed();
  }

  /** Something is followed, or read, that only the server can count. */
  private stale(): void {
    if (this.ready) this.load().catch((cause: unknown) => this.parts.report("threads were not loaded", cause));
  }
}

/** Seq of the last entry about the thread. */
function lastSeq({ root }: FollowedThread): number {
  return root.version;
}
