/**
 * A window over one conversation's history, or over one thread of it: grows both ways, follows the live end, jumps to a
 * place and back, and shows what is still in the outbox below.
 */

import { ParleyError } from "../errors.ts";
import type { Outgoing } from "../link/outbox.ts";
import type { Entry } from "../link/stream.ts";
import type { Report } from "../ports.ts";
import type { DurableEvent, MessageCreated, TimelineEntries, TimelinePage } from "../wire.ts";
import { drafted, foreseen } from "./message.ts";
import { MOST, Segments, type Segment } from "./segments.ts";
import { Store, type Pace } from "./store.ts";

export interface MessageItem {
  readonly kind: "message";
  /** Stays the same from the first pending moment on. */
  readonly key: string;
  readonly message: MessageCreated;
  /** sent: committed. The other states are of one's own messages in the outbox. */
  readonly state: "pending" | "sending" | "sent" | "failed";
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface NoticeItem {
  readonly kind: "notice";
  readonly key: string;
  readonly event: DurableEvent;
}

export type Item = MessageItem | NoticeItem;

export interface TimelineSnapshot {
  readonly items: readonly Item[];
  readonly loading: "first" | "older" | "newer" | "";
  readonly hasOlder: boolean;
  /** Whether the window stops before the live end. */
  readonly hasNewer: boolean;
  /** Why the last load failed, as an error code. */
  readonly error: string;
}

interface Ask {
  before?: number;
  after?: number;
  around?: number;
  limit: number;
}

export interface TimelinePorts {
  readonly report: Report;
  readonly history: (ask: Ask) => Promise<TimelinePage>;
  /** Entries after a position, to bring up to date what an earlier page of the application kept. */
  readonly entries: (after: number) => Promise<TimelineEntries>;
  /** A page was taken in that is true as of `head`. */
  readonly loaded: (head: number) => void;
  readonly outgoing: () => readonly Outgoing[];
}

const PAGE = 50;

export class TimelineStore extends Store<TimelineSnapshot> {
  me = 0;
  /** Whether a first page was taken in. */
  loaded = false;
  private readonly ports: TimelinePorts;
  private readonly segments: Segments;
  private loading: TimelineSnapshot["loading"] = "";
  private error = "";
  /** Position that kept events are true as of, while that is not known to be the present one; otherwise 0. */
  private keptAt = 0;
  /** Entries that arrived while a page was on its way: the page may be older than they are. */
  private meanwhile: Entry[] = [];
  private generation = 0;
  private readonly items = new Map<DurableEvent, Item>();

  /** `root`: a window over one thread. */
  constructor(pace: Pace, ports: TimelinePorts, root = 0) {
    super(pace, ports.report);
    this.ports = ports;
    this.segments = new Segments(root);
  }

  /** The newest page, unless it is there. */
  async load(): Promise<void> {
    if (this.loading === "first") return;
    if (this.keptAt > 0) await this.renew();
    else if (!this.loaded) await this.reset();
  }

  /** Goes to the live end, asking for it when it is not held. */
  async reload(): Promise<void> {
    if (this.loaded && this.segments.go(0)) this.changed();
    else await this.jump({ limit: PAGE });
  }

  /** Starts over from the newest page: entries were passed over. */
  async reset(): Promise<void> {
    this.keptAt = 0;
    await this.fetch("first", { limit: PAGE }, (page) => {
      this.segments.reset({ events: [], hasOlder: true, hasNewer: true });
      this.segments.show(page);
    });
  }

  /** A window around one entry. */
  async jumpTo(seq: number): Promise<void> {
    if (this.segments.go(seq)) this.changed();
    else await this.jump({ around: seq, limit: PAGE });
  }

  async loadOlder(): Promise<void> {
    if (this.keptAt > 0) return this.load();
    const { events, hasOlder } = this.segments.current;
    const before = events[0]?.seq;
    if (!hasOlder || this.loading || before === undefined) return;
    await this.fetch("older", { before, limit: PAGE }, (page) => this.segments.extend("older", page));
  }

  async loadNewer(): Promise<void> {
    const { events, hasNewer } = this.segments.current;
    const after = events[events.length - 1]?.seq;
    if (!hasNewer || this.loading || after === undefined) return;
    await this.fetch("newer", { after, limit: PAGE }, (page) => this.segments.extend("newer", page));
  }

  /** Lets go of the oldest events over the limit. To be called when the reader is at the end, so that nothing moves. */
  trim(): void {
    if (this.segments.current.events.length <= MOST || this.loading) return;
    this.segments.cut("older", MOST / 2);
    this.changed();
  }

  /** Lets go of everything; the next `load` starts over. */
  unload(): void {
    this.generation++;
    this.loaded = false;
    this.loading = "";
    this.keptAt = 0;
    this.segments.reset({ events: [], hasOlder: true, hasNewer: false });
    this.changed();
  }

  /** What an earlier page of the application kept, true as of `position`. Shown at once, brought up to date by `load`. */
  restore(events: readonly DurableEvent[], hasOlder: boolean, position: number): void {
    if (this.loaded || this.loading || events.length === 0) return;
    this.segments.reset({ events, hasOlder, hasNewer: false });
    this.keptAt = position;
    this.changed();
  }

  /** The live end, for keeping; undefined when it is not held or not up to date. */
  live(): Segment | undefined {
    return this.loaded && this.keptAt === 0 ? this.segments.live() : undefined;
  }

  /** Entries of this conversation, in order. */
  apply(entries: readonly Entry[]): void {
    if (this.loading || this.keptAt > 0) this.meanwhile.push(...entries);
    if (!this.loaded || this.keptAt > 0) return;
    for (const entry of entries) this.segments.fold(entry);
    this.changed();
  }

  /** The outbox changed. */
  touch(): void {
    this.changed();
  }

  /** The message at `seq`, if it is in the window. */
  find(seq: number): MessageCreated | undefined {
    const event = this.segments.current.events.find((each) => each.seq === seq);
    return event?.type === "message.created" ? event : undefined;
  }

  protected build(): TimelineSnapshot {
    const { events, hasOlder, hasNewer } = this.segments.current;
    const outgoing = this.ports.outgoing();
    const changes = outgoing.filter(({ write }) => "target" in write);
    const waiting = new Set(outgoing.map(({ key }) => key));
    const items: Item[] = [];
    const fresh = new Map<DurableEvent, Item>();
    for (const event of events) {
      const item = this.itemOf(event, changes);
      if (item.kind === "message") waiting.delete(item.message.client_key);
      fresh.set(event, item);
      items.push(item);
    }
    this.items.clear();
    for (const [event, item] of fresh) this.items.set(event, item);
    if (!hasNewer) {
      for (const each of outgoing) {
        const message = waiting.has(each.key) ? drafted(each, this.me) : null;
        if (message !== null) {
          items.push({ kind: "message", key: keyOf(message), message, state: each.state, error: each.error });
        }
      }
    }
    return { items, loading: this.loading, hasOlder, hasNewer, error: this.error };
  }

  /** The row of an event: the same object as long as nothing about it changed, so that only changed rows are drawn. */
  private itemOf(event: DurableEvent, changes: readonly Outgoing[]): Item {
    const known = this.items.get(event);
    if (event.type !== "message.created") return known ?? { kind: "notice", key: `n${event.seq}`, event };
    const wanted = changes.reduce((message, each) => foreseen(message, each, this.me), event);
    if (wanted === event && known?.kind === "message" && known.message === event) return known;
    return { kind: "message", key: keyOf(event), message: wanted, state: "sent", error: null };
  }

  private async jump(ask: Ask): Promise<void> {
    if (this.keptAt > 0) await this.load();
    await this.fetch("first", ask, (page) => this.segments.show(page));
  }

  /** Brings kept events up to date: by the entries since, or, when those are too many, from the newest page. */
  private async renew(): Promise<void> {
    const generation = ++this.generation;
    this.loading = "first";
    this.changed();
    let more = true;
    try {
      const page = await this.ports.entries(this.keptAt);
      if (generation !== this.generation) return;
      more = page.more || page.snapshot_required;
      if (!more) {
        for (const entry of [...(page.events as readonly Entry[]), ...this.meanwhile]) this.segments.fold(entry);
        this.finish();
        this.ports.loaded(page.head_seq);
      }
    } catch (cause) {
      if (generation === this.generation) this.failed(cause);
      return;
    }
    if (more) await this.reset();
  }

  private async fetch(way: TimelineSnapshot["loading"], ask: Ask, take: (page: TimelinePage) => void): Promise<void> {
    const generation = ++this.generation;
    this.loading = way;
    this.error = "";
    this.meanwhile = [];
    this.changed();
    try {
      const page = await this.ports.history(ask);
      if (generation !== this.generation) return;
      take(page);
      for (const entry of this.meanwhile) if (entry.seq > page.head_seq) this.segments.fold(entry);
      this.finish();
      if (!this.segments.current.hasNewer) this.ports.loaded(page.head_seq);
    } catch (cause) {
      if (generation === this.generation) this.failed(cause);
    }
  }

  private finish(): void {
    this.loaded = true;
    this.keptAt = 0;
    this.loading = "";
    this.error = "";
    this.meanwhile = [];
    this.changed();
  }

  private failed(cause: unknown): void {
    const error = cause instanceof ParleyError ? cause.code : "internal";
    // What was kept stays on the screen while there is no connection; the banner says so already.
    this.error = this.keptAt > 0 ? "" : error;
    this.ports.report("history could not be loaded", cause);
    this.loading = "";
    if (this.keptAt === 0) this.meanwhile = [];
    this.changed();
  }
}

function keyOf(message: MessageCreated): string {
  return message.client_key ? `k${message.sender}-${message.client_key}` : `s${message.seq}`;
}
