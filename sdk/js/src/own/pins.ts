/**
 * Pinned messages of the conversations whose list was asked for, kept up to date by their timelines.
 */

import type { Entry } from "../link/stream.ts";
import { changed } from "../stores/message.ts";
import { Store } from "../stores/store.ts";
import type { MessageCreated } from "../wire.ts";
import type { Parts } from "./parts.ts";

export interface PinList {
  /** The newest pin first. */
  readonly messages: readonly MessageCreated[];
  readonly loading: boolean;
  /** Cursor of the next page, "" at the end. */
  readonly next: string;
}

/** Conversation → its pins, of those that were asked for. */
export type PinsSnapshot = ReadonlyMap<number, PinList>;

export class PinStore extends Store<PinsSnapshot> {
  private readonly parts: Parts;
  private readonly find: (conversation: number, seq: number) => MessageCreated | undefined;
  private readonly lists = new Map<number, PinList>();

  /** `find`: a message that is on the screen. */
  constructor(parts: Parts, find: (conversation: number, seq: number) => MessageCreated | undefined) {
    super(parts.pace, parts.report);
    this.parts = parts;
    this.find = find;
  }

  /** Pins or unpins for everybody; the timeline tells what came of it. */
  async pin(conversation: number, seq: number, on: boolean): Promise<void> {
    await this.parts.api.pin(conversation, seq, on);
  }

  /** The first page, or the one after what is there. */
  async load(conversation: number, more = false): Promise<void> {
    const before = this.lists.get(conversation);
    if (before?.loading || (more && !before?.next)) return;
    const kept = more ? (before?.messages ?? []) : [];
    this.put(conversation, { messages: before?.messages ?? [], loading: true, next: before?.next ?? "" });
    try {
      const page = await this.parts.api.pins(conversation, more ? before?.next : "");
      this.put(conversation, { messages: sorted([...kept, ...page.messages]), loading: false, next: page.next });
    } catch (cause) {
      if (before === undefined) this.lists.delete(conversation);
      else this.put(conversation, { ...before, loading: false });
      this.changed();
      throw cause;
    }
  }

  /** Asks anew for every list, after a jump over entries. */
  async reload(conversation: number): Promise<void> {
    if (this.lists.has(conversation)) await this.load(conversation);
  }

  apply(entry: Entry): void {
    const list = this.lists.get(entry.conversation);
    if (list === undefined || entry.type === "unknown") return;
    if (entry.type === "message.pinned" && !list.messages.some(({ seq }) => seq === entry.target)) {
      const message = this.find(entry.conversation, entry.target);
      if (message === undefined) {
        void this.load(entry.conversation).catch((cause: unknown) => this.parts.report("pins were not loaded", cause));
        return;
      }
      const messages = sorted([...list.messages, changed(message, entry)]);
      this.put(entry.conversation, { ...list, messages });
      return;
    }
    const messages = list.messages.map((each) => changed(each, entry)).filter(isPinned);
    if (messages.some((each, at) => each !== list.messages[at]) || messages.length !== list.messages.length) {
      this.put(entry.conversation, { ...list, messages });
    }
  }

  forget(conversation: number): void {
    if (this.lists.delete(conversation)) this.changed();
  }

  protected build(): PinsSnapshot {
    return new Map(this.lists);
  }

  private put(conversation: number, list: PinList): void {
    this.lists.set(conversation, list);
    this.changed();
  }
}

function isPinned({ pinned_at, recalled_at }: MessageCreated): boolean {
  return pinned_at > 0 && recalled_at === 0;
}

function sorted(messages: readonly MessageCreated[]): readonly MessageCreated[] {
  const each = new Map(messages.filter(isPinned).map((message) => [message.seq, message]));
  return [...each.values()].sort((a, b) => b.pinned_at - a.pinned_at || b.seq - a.seq);
}
