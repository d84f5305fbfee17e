/**
 * What the user is writing and has not sent, per conversation and thread: kept on this machine with every key, told to
 * the other devices when the user pauses. Of two devices the one that wrote last holds.
 */

import type { Cancel } from "../ports.ts";
import { Store } from "../stores/store.ts";
import type { DraftChanged } from "../wire.ts";
import type { Parts } from "./parts.ts";

export interface Draft {
  readonly conversation: number;
  readonly thread_root: number;
  readonly text: string;
  readonly reply_to: number;
  /** When it was written (ms), by the clock of the device or of the server. */
  readonly at: number;
}

/** `draftKey(conversation, thread)` → what is written there; nowhere an empty one. */
export type DraftsSnapshot = ReadonlyMap<string, Draft>;

const PREFIX = "draft/";
/** A pause in writing; and how long a text is kept back at most while the user never pauses. */
const PAUSE_MS = 1_000;
const LONGEST_MS = 5_000;
/** Until a text that could not be told is tried again; a reconnection tries at once. */
const AGAIN_MS = 5_000;

export function draftKey(conversation: number, thread_root = 0): string {
  return `${conversation}/${thread_root}`;
}

/** A text of this device that the server does not have. */
interface Dirty {
  since: number;
  timer: Cancel | null;
  sending: boolean;
}

export class DraftStore extends Store<DraftsSnapshot> {
  private readonly parts: Parts;
  private readonly drafts = new Map<string, Draft>();
  private readonly dirty = new Map<string, Dirty>();
  /** Per key: what was told last, and where the personal timeline tells it. */
  private readonly told = new Map<string, { readonly seq: number; readonly draft: Draft }>();

  constructor(parts: Parts) {
    super(parts.pace, parts.report);
    this.parts = parts;
  }

  /** How many texts of this device the server does not have. */
  get unsent(): number {
    return this.dirty.size;
  }

  get(conversation: number, thread_root = 0): Draft | undefined {
    return this.drafts.get(draftKey(conversation, thread_root));
  }

  /** What is written now; call it on every change. */
  set(conversation: number, text: string, { thread_root = 0, reply_to = 0 } = {}): void {
    const key = draftKey(conversation, thread_root);
    const before = this.drafts.get(key);
    if ((before?.text ?? "") === text && (before?.reply_to ?? 0) === reply_to) return;
    const draft: Draft = { conversation, thread_root, text, reply_to, at: this.parts.clock.now() };
    if (text) this.drafts.set(key, draft);
    else this.drafts.delete(key);
    this.keep(key, draft);
    this.later(key);
    this.changed();
  }

  /** The text was sent, or given up. */
  clear(conversation: number, thread_root = 0): void {
    this.set(conversation, "", { thread_root });
    this.soon(draftKey(conversation, thread_root), 0);
  }

  /** Takes up what an earlier page wrote and could not tell. */
  async restore(): Promise<void> {
    for (const [place, value] of await this.parts.storage.list(PREFIX)) {
      const key = place.slice(PREFIX.length);
      if (this.dirty.has(key)) continue;
      const draft = value as Draft;
      if (draft.text) this.drafts.set(key, draft);
      this.later(key);
    }
    this.changed();
  }

  /** All drafts as the server has them. */
  async load(): Promise<void> {
    const { drafts, seq } = await this.parts.api.drafts();
    const there = new Set<string>();
    for (const { conversation, thread_root = 0, text, reply_to = 0, at = 0 } of drafts) {
      const key = draftKey(conversation, thread_root);
      there.add(key);
      this.take(key, { conversation, thread_root, text, reply_to, at }, seq);
    }
    for (const [key, draft] of this.drafts) if (!there.has(key)) this.take(key, { ...draft, text: "" }, seq);
  }

  /** Tells the server what it does not have, after a reconnection. */
  flush(): void {
    for (const key of this.dirty.keys()) this.soon(key, 0);
  }

  apply({ target, thread_root, text, reply_to, at, seq }: DraftChanged): void {
    this.take(draftKey(target, thread_root), { conversation: target, thread_root, text, reply_to, at }, seq);
  }

  /** Forgets a conversation that the user left. */
  forget(conversation: number): void {
    for (const [key, draft] of this.drafts) {
      if (draft.conversation !== conversation) continue;
      this.drafts.delete(key);
      this.clean(key);
    }
    this.changed();
  }

  protected build(): DraftsSnapshot {
    return new Map(this.drafts);
  }

  /** What another device, or this one before, told. What the user has written here since is newer. */
  private take(key: string, draft: Draft, seq: number): void {
    if (seq < (this.told.get(key)?.seq ?? 0)) return;
    this.told.set(key, { seq, draft });
    if (!this.dirty.has(key)) this.put(key, draft);
  }

  private put(key: string, draft: Draft): void {
    if (draft.text) this.drafts.set(key, draft);
    else this.drafts.delete(key);
    this.changed();
  }

  private later(key: string): void {
    const now = this.parts.clock.now();
    const since = this.dirty.get(key)?.since ?? now;
    this.soon(key, Math.max(0, Math.min(PAUSE_MS, since + LONGEST_MS - now)));
  }

  private soon(key: string, ms: number): void {
    const entry = this.dirty.get(key) ?? { since: this.parts.clock.now(), timer: null, sending: false };
    this.dirty.set(key, entry);
    entry.timer?.();
    entry.timer = this.parts.clock.after(ms, () => {
      entry.timer = null;
      void this.send(key, entry);
    });
  }

  private async send(key: string, entry: Dirty): Promise<void> {
    if (entry.sending || this.dirty.get(key) !== entry) return;
    entry.sending = true;
    entry.since = this.parts.clock.now();
    const [conversation = 0, thread_root = 0] = key.split("/").map(Number);
    const { text = "", reply_to = 0 } = this.drafts.get(key) ?? {};
    const before = this.told.get(key)?.seq ?? 0;
    let kept = true;
    let at = Infinity;
    try {
      const { seq } = await this.parts.api.putDraft(conversation, { text, thread_root, reply_to: text ? reply_to : 0 });
      at = seq || before; // 0: the server had it so already, by an entry that was told before or is on its way
    } catch (cause) {
      kept = (cause as { retryable?: boolean }).retryable !== false;
      this.parts.report("a draft was not stored", cause);
      if (kept) {
        entry.sending = false;
        if (this.dirty.get(key) === entry && entry.timer === null) this.soon(key, AGAIN_MS);
        return; // it stays on this machine until it is told
      }
    }
    entry.sending = false;
    const now = this.drafts.get(key);
    if (entry.timer === null && (now?.text ?? "") === text && (now?.reply_to ?? 0) === reply_to) {
      this.clean(key);
      // Another device wrote after this one and was heard before the answer: it was held back until now.
      const told = this.told.get(key);
      if (told && told.seq > at) this.put(key, told.draft);
    } else if (entry.timer === null && this.dirty.get(key) === entry) this.soon(key, PAUSE_MS);
  }

  private clean(key: string): void {
    this.dirty.get(key)?.timer?.();
    this.dirty.delete(key);
    this.parts.storage.remove(PREFIX + key).catch((cause) => this.parts.report("a draft was not removed", cause));
  }

  private keep(key: string, draft: Draft): void {
    this.parts.storage.put(PREFIX + key, draft).catch((cause) => this.parts.report("a draft was not kept", cause));
  }
}
