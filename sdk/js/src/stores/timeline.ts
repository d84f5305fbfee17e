/**
 * A window over one conversation's history that can grow both ways, follows the live end, and shows what is still in
 * the outbox below it.
 */

import type { Outgoing } from "../link/outbox.ts";
import type { Entry } from "../link/stream.ts";
import type { Report } from "../ports.ts";
import type { DurableEvent, MessageCreated, TimelinePage } from "../wire.ts";
import { changed, drafted, foreseen, versionOf } from "./message.ts";
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

export interface TimelinePorts {
  readonly report: Report;
  readonly history: (ask: { before?: number; after?: number; around?: number; limit: number }) => Promise<TimelinePage>;
  /** A page was taken in that is true as of `head`. */
  readonly loaded: (head: number) => void;
  readonly outgoing: () => readonly Outgoing[];
}

const PAGE = 50;
/** Events kept in one window; 2,000 are about 2 MB and more than anybody scrolls at once. */
const MOST = 2000;
/** Entries that a page of history shows beside messages. */
const NOTICES: ReadonlySet<string> = new Set([
  "conversation.created",
  "conversation.updated",
  "member.added",
  "member.removed",
]);

type Shown = DurableEvent;

export class TimelineStore extends Store<TimelineSnapshot> {
  me = 0;
  private readonly ports: TimelinePorts;
  private shown: readonly Shown[] = [];
  private loading: TimelineSnapshot["loading"] = "";
  private hasOlder = true;
  private hasNewer = false;
  private error = "";
  /** Entries that arrived while a page was on its way: the page may be older than they are. */
  private meanwhile: Entry[] = [];
  private generation = 0;
  private readonly items = new Map<Shown, Item>();

  constructor(pace: Pace, ports: TimelinePorts) {
    super(pace, ports.report);
    this.ports = ports;
  }

  /** Whether a first page was taken in. */
  loaded = false;

  /** The newest page, unless it is there. */
  async load(): Promise<void> {
    if (this.loaded || this.loading === "first") return;
    await this.replaceWith({ limit: PAGE });
  }

  /** Starts over from the newest page: the window was too far behind, or the reader wants the end. */
  async reload(): Promise<void> {
    await this.replaceWith({ limit: PAGE });
  }

  /** A window around one entry. */
  async jumpTo(seq: number): Promise<void> {
    if (this.shown.some((event) => event.seq === seq)) return;
    await this.replaceWith({ around: seq, limit: PAGE });
  }

  async loadOlder(): Promise<void> {
    const first = this.shown[0];
    if (!this.hasOlder || this.loading || first === undefined) return;
    await this.extend("older", { before: first.seq, limit: PAGE });
  }

  async loadNewer(): Promise<void> {
    const last = this.shown[this.shown.length - 1];
    if (!this.hasNewer || this.loading || last === undefined) return;
    await this.extend("newer", { after: last.seq, limit: PAGE });
  }

  /** Lets go of the oldest events over the limit. To be called when the reader is at the end, so that nothing moves. */
  trim(): void {
    if (this.shown.length <= MOST || this.loading) return;
    this.shown = this.shown.slice(-MOST / 2);
    this.hasOlder = true;
    this.changed();
  }

  /** Entries of this conversation, in order. */
  apply(entries: readonly Entry[]): void {
    if (this.loading) this.meanwhile.push(...entries);
    if (!this.loaded) return;
    for (const entry of entries) this.fold(entry);
    this.changed();
  }

  /** The outbox changed. */
  touch(): void {
    this.changed();
  }

  /** The message at `seq`, if it is in the window. */
  find(seq: number): MessageCreated | undefined {
    const event = this.shown.find((each) => each.seq === seq);
    return event?.type === "message.created" ? event : undefined;
  }

  protected build(): TimelineSnapshot {
    const outgoing = this.ports.outgoing();
    const waiting = new Set(outgoing.map(({ key }) => key));
    const items: Item[] = [];
    const fresh = new Map<Shown, Item>();
    for (const event of this.shown) {
      const item = this.itemOf(event, outgoing);
      if (item.kind === "message") waiting.delete(item.message.client_key);
      fresh.set(event, item);
      items.push(item);
    }
    this.items.clear();
    for (const [event, item] of fresh) this.items.set(event, item);
    if (!this.hasNewer) {
      for (const each of outgoing) {
        const message = waiting.has(each.key) ? drafted(each, this.me) : null;
        if (message !== null) {
          items.push({ kind: "message", key: keyOf(message), message, state: each.state, error: each.error });
        }
      }
    }
    return { items, loading: this.loading, hasOlder: this.hasOlder, hasNewer: this.hasNewer, error: this.error };
  }

  /** The row of an event: the same object as long as nothing about it changed, so that only changed rows are drawn. */
  private itemOf(event: Shown, outgoing: readonly Outgoing[]): Item {
    const known = this.items.get(event);
    if (event.type !== "message.created") return known ?? { kind: "notice", key: `n${event.seq}`, event };
    const wanted = outgoing.reduce((message, each) => foreseen(message, each, this.me), event);
    if (wanted === event && known?.kind === "message" && known.message === event) return known;
    return { kind: "message", key: keyOf(event), message: wanted, state: "sent", error: null };
  }

  private async replaceWith(ask: { around?: number; limit: number }): Promise<void> {
    await this.fetch("first", ask, (page) => {
      this.shown = visible(page);
      this.hasOlder = page.has_older;
      this.hasNewer = page.has_newer;
      this.loaded = true;
    });
  }

  private async extend(way: "older" | "newer", ask: { before?: number; after?: number; limit: number }): Promise<void> {
    await this.fetch(way, ask, (page) => {
      const known = new Set(this.shown.map(({ seq }) => seq));
      const more = visible(page).filter(({ seq }) => !known.has(seq));
      if (way === "older") {
        this.shown = [...more, ...this.shown];
        this.hasOlder = page.has_older;
      } else {
        this.shown = [...this.shown, ...more];
        this.hasNewer = page.has_newer;
      }
    });
  }

  private async fetch(
    way: TimelineSnapshot["loading"],
    ask: { before?: number; after?: number; around?: number; limit: number },
    take: (page: TimelinePage) => void,
  ): Promise<void> {
    const generation = ++this.generation;
    this.loading = way;
    this.error = "";
    this.meanwhile = [];
    this.changed();
    try {
      const page = await this.ports.history(ask);
      if (generation !== this.generation) return;
      take(page);
      for (const entry of this.meanwhile) if (entry.seq > page.head_seq) this.fold(entry);
      if (!this.hasNewer) this.ports.loaded(page.head_seq);
    } catch (cause) {
      if (generation !== this.generation) return;
      this.error = (cause as { code?: string }).code ?? "internal";
      this.ports.report("history could not be loaded", cause);
    }
    this.loading = "";
    this.meanwhile = [];
    this.changed();
  }

  private fold(entry: Entry): void {
    if (entry.type === "unknown") return;
    if ("target" in entry) {
      this.shown = this.shown.map((event) => (event.type === "message.created" ? changed(event, entry) : event));
    } else if ((entry.type === "message.created" || NOTICES.has(entry.type)) && !this.hasNewer) {
      this.insert(entry);
    }
  }

  private insert(entry: Shown): void {
    const last = this.shown[this.shown.length - 1];
    if (last === undefined || entry.seq > last.seq) {
      this.shown = [...this.shown, entry];
      return;
    }
    const at = this.shown.findIndex((event) => event.seq >= entry.seq);
    const there = this.shown[at];
    if (there?.seq !== entry.seq) {
      if (at > 0) this.shown = [...this.shown.slice(0, at), entry, ...this.shown.slice(at)];
    } else if (there.type === "message.created" && entry.type === "message.created") {
      if (versionOf(entry) > versionOf(there)) this.shown = this.shown.map((each) => (each === there ? entry : each));
    }
  }
}

function visible(page: TimelinePage): readonly Shown[] {
  return page.events.filter(
    (event): event is Shown => event.type === "message.created" || NOTICES.has(event.type),
  );
}

function keyOf(message: MessageCreated): string {
  return message.client_key ? `k${message.sender}-${message.client_key}` : `s${message.seq}`;
}
