/**
 * One conversation's entries in order, each once. Live delivery is a hint and seq is the truth: what comes too early is
 * held back, what came before is dropped, and a hole is asked for, with one request at a time.
 */

import { ParleyError } from "../errors.ts";
import type { Cancel, Clock, Report } from "../ports.ts";
import type { DurableEvent, TimelineEntries, UnknownEvent } from "../wire.ts";

export type Entry = DurableEvent | UnknownEvent;

export interface StreamPorts {
  readonly clock: Clock;
  readonly report: Report;
  readonly pull: (conversation: number, after: number, until: number) => Promise<TimelineEntries>;
  /** The next entries, in order. */
  readonly deliver: (conversation: number, entries: readonly Entry[]) => void;
  /** Too far behind to be told each entry: the position jumped to `head`, load what is shown anew. */
  readonly jumped: (conversation: number, head: number) => void;
}

/** Frames of one commit can arrive swapped by a few milliseconds; only then is a hole a loss. */
const HOLE_MS = 40;
/** A head is told before its entries when this client wrote them; they are usually under way. */
const HEAD_MS = 400;
/** Held entries before they are let go; the pull brings them again. */
const HOLD = 1000;
const LONGEST_PAUSE_MS = 30_000;

export class Stream {
  readonly conversation: number;
  /** While true (a large conversation in the background), heads are noted but nothing is asked for. */
  lazy = false;

  private readonly ports: StreamPorts;
  private readonly held = new Map<number, Entry>();
  private heldTo = 0;
  private head: number;
  private timer: Cancel | null = null;
  private due = 0;
  private pulling = false;
  private fruitless = 0;
  private closed = false;

  constructor(conversation: number, position: number, ports: StreamPorts) {
    this.conversation = conversation;
    this.heldTo = position;
    this.head = position;
    this.ports = ports;
  }

  /** Everything up to here was delivered, or is known through a snapshot. */
  get position(): number {
    return this.heldTo;
  }

  /** Whether entries are known to exist that were not delivered. */
  get behind(): boolean {
    return this.head > this.heldTo;
  }

  /** Entries from the socket, in any order and number. */
  receive(entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (entry.seq <= this.heldTo) continue;
      this.head = Math.max(this.head, entry.seq);
      if (this.held.size < HOLD || this.held.has(entry.seq)) this.held.set(entry.seq, entry);
    }
    this.drain();
    if (this.behind) this.schedule(HOLE_MS);
  }

  /** The server says that the timeline reaches `head`. */
  note(head: number): void {
    this.head = Math.max(this.head, head);
    if (this.behind) this.schedule(HEAD_MS);
  }

  /** Everything up to `position` is known from elsewhere (an inbox row, a page of history). */
  adopt(position: number): void {
    if (position <= this.heldTo) return;
    this.heldTo = position;
    this.head = Math.max(this.head, position);
    for (const seq of this.held.keys()) if (seq <= position) this.held.delete(seq);
    this.drain();
  }

  /** Asks at once for what is missing, if anything is. */
  catchUp(): void {
    if (this.behind) this.schedule(0);
  }

  close(): void {
    this.closed = true;
    this.timer?.();
    this.held.clear();
  }

  private drain(): void {
    const ready: Entry[] = [];
    for (let next = this.held.get(this.heldTo + 1); next; next = this.held.get(this.heldTo + 1)) {
      this.held.delete(next.seq);
      this.heldTo = next.seq;
      ready.push(next);
    }
    if (ready.length === 0) return;
    this.fruitless = 0;
    this.ports.deliver(this.conversation, ready);
  }

  private schedule(ms: number): void {
    if (this.lazy || this.closed || this.pulling) return;
    const due = this.ports.clock.now() + ms;
    if (this.timer !== null && this.due <= due) return;
    this.timer?.();
    this.due = due;
    this.timer = this.ports.clock.after(ms, () => {
      this.timer = null;
      if (this.behind && !this.lazy) void this.pull();
    });
  }

  private async pull(): Promise<void> {
    this.pulling = true;
    const before = this.heldTo;
    const until = this.held.size > 0 ? Math.min(...this.held.keys()) - 1 : 0;
    const head = this.head;
    let lost = false;
    try {
      this.take(await this.ports.pull(this.conversation, before, until), head);
    } catch (cause) {
      lost = cause instanceof ParleyError && (cause.code === "connection_lost" || cause.code === "not_connected");
      if (!lost) this.ports.report(`conversation ${this.conversation}: a hole could not be filled`, cause);
      if (cause instanceof ParleyError && !cause.retryable) this.close();
    } finally {
      this.pulling = false;
    }
    if (this.closed || !this.behind || lost) return; // after a loss the next sync says where the head is
    if (this.heldTo > before) this.schedule(0);
    else this.schedule(Math.min(LONGEST_PAUSE_MS, 500 * 2 ** this.fruitless++));
  }

  private take(page: TimelineEntries, head: number): void {
    if (this.closed) return;
    if (page.snapshot_required) {
      this.adopt(page.head_seq);
      this.ports.jumped(this.conversation, page.head_seq);
      return;
    }
    for (const entry of page.events as readonly Entry[]) {
      if (entry.seq > this.heldTo) this.held.set(entry.seq, entry);
    }
    this.drain();
    // A head that the server itself does not know was a mistake; believing it would mean asking for ever.
    const newer = this.head > head;
    if (!page.more && this.held.size === 0 && !newer) this.head = Math.max(this.heldTo, page.head_seq);
  }
}
