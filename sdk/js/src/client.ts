/**
 * The kit put together: one connection below, the stores above, and the verbs an application calls.
 */

import { clientKey } from "./keys.ts";
import { Acks } from "./link/acks.ts";
import { Outbox, type Outgoing, type Write } from "./link/outbox.ts";
import { Rpc, type Ask } from "./link/rpc.ts";
import { Streams } from "./link/streams.ts";
import type { Entry } from "./link/stream.ts";
import { Sync } from "./link/sync.ts";
import { Connection } from "./network/connection.ts";
import type { Cancel, Clock, Random, Report, Storage, Transport } from "./ports.ts";
import { InboxStore } from "./stores/inbox.ts";
import { PeopleStore } from "./stores/people.ts";
import { PresenceStore } from "./stores/presence.ts";
import { ReceiptStore } from "./stores/receipts.ts";
import { Pace } from "./stores/store.ts";
import { TimelineStore } from "./stores/timeline.ts";
import { TypingStore } from "./stores/typing.ts";
import { Signal } from "./signal.ts";
import {
  DURABLE_TAGS,
  MAX_PAGE,
  type AnyEvent,
  type ConversationState,
  type InboxPage,
  type MessageSend,
  type ServerFrame,
  type Welcome,
} from "./wire.ts";

export interface ClientOptions {
  readonly transport: Transport;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly random: Random;
  /** Chance good enough for keys that must never repeat; the same as `random` when left out. */
  readonly keyRandom?: Random;
  readonly report?: Report;
  readonly token?: (renew: boolean) => Promise<string>;
  /** Name and version for the device list. */
  readonly client?: string;
}

/** What to say; only `conversation` and `body` are needed. */
export type Saying = Omit<MessageSend, "type" | "id" | "client_key">;

/** Positions of one's own are sent together; a reader scrolls past many messages in a third of a second. */
const MARK_MS = 300;
/** The protocol says every 4 s at most; a little less often keeps clear of the 6 s after which others forget. */
const TYPING_MS = 4000;

export class Client {
  readonly connection: Connection;
  readonly inbox: InboxStore;
  readonly people: PeopleStore;
  readonly presence: PresenceStore;
  readonly receipts: ReceiptStore;
  readonly typing: TypingStore;
  readonly outbox: Outbox;
  /** Every event taken in, once, after the stores have it. */
  readonly events: Signal<AnyEvent>;
  /** An inbox page was wholly taken in after a connection. */
  readonly synced: Signal<void>;

  private readonly options: ClientOptions;
  private readonly report: Report;
  private readonly pace: Pace;
  private readonly rpc: Rpc;
  private readonly sync: Sync;
  private readonly streams: Streams;
  private readonly acks: Acks;
  private readonly timelines = new Map<number, TimelineStore>();
  private readonly opened = new Set<number>();
  /** Read positions that the server has not confirmed. */
  private readonly marks = new Map<number, number>();
  private marking: Cancel | null = null;
  private readonly typed = new Map<number, number>();
  private personal = 0;

  constructor(options: ClientOptions) {
    this.options = options;
    const report = options.report ?? (() => undefined);
    const { clock, random, storage } = options;
    this.report = report;
    this.events = new Signal(report);
    this.pace = new Pace(clock);
    this.connection = new Connection({ client: "parley-sdk-js/0.1", ...options, report });
    this.rpc = new Rpc(this.connection, clock);
    this.acks = new Acks(clock, (frame) => this.connection.send(frame));
    this.streams = new Streams(
      {
        clock,
        report,
        pull: (conversation, after, until) =>
          this.rpc.request({ type: "timeline.sync", conversation, after, until, limit: MAX_PAGE }),
        deliver: (conversation, entries) => this.deliver(conversation, entries),
        jumped: (conversation, head) => this.jumped(conversation, head),
      },
      () => this.sync.soon(),
    );
    this.sync = new Sync({
      clock,
      random,
      report,
      positions: () => this.streams.positions(),
      ask: (ask) => this.rpc.request(ask),
      take: (page) => this.take(page),
    });
    this.synced = this.sync.done;
    this.outbox = new Outbox({ clock, random, storage, report, deliver: (write) => this.rpc.request(write) });
    this.inbox = new InboxStore(this.pace, report);
    this.receipts = new ReceiptStore(this.pace, report);
    this.typing = new TypingStore(this.pace, report, clock);
    this.people = new PeopleStore(this.pace, report, clock, async (users) => {
      return (await this.rpc.request({ type: "people.get", users })).people;
    });
    this.presence = new PresenceStore(this.pace, report, (users) => this.rpc.request({ type: "presence.get", users }));
    this.wire();
  }

  /** The user, once welcomed; 0 before. */
  get me(): number {
    return this.inbox.me;
  }

  /** Takes up the outbox of an earlier page and connects. */
  async start(): Promise<void> {
    try {
      await this.outbox.restore();
    } catch (cause) {
      this.report("the outbox could not be read", cause);
    }
    this.connection.connect();
  }

  stop(): void {
    this.connection.disconnect();
  }

  /** Slows the screen's pace while nobody looks; looks at the connection when somebody looks again. */
  setHidden(hidden: boolean): void {
    this.pace.hidden = hidden;
    if (hidden) return;
    this.pace.flush();
    this.connection.probe();
  }

  /** The window over a conversation's history; the same one for as long as the client lives. */
  timeline(conversation: number): TimelineStore {
    const known = this.timelines.get(conversation);
    if (known) return known;
    const made = new TimelineStore(this.pace, {
      report: this.report,
      history: (ask) => this.rpc.request({ type: "timeline.history", conversation, ...ask }),
      loaded: (head) => this.streams.get(conversation)?.note(head),
      outgoing: () => this.outbox.of(conversation),
    });
    made.me = this.me;
    this.timelines.set(conversation, made);
    return made;
  }

  /** Full attention for a conversation, and its newest page. */
  open(conversation: number): void {
    this.opened.add(conversation);
    const stream = this.streams.get(conversation);
    const row = this.inbox.get(conversation);
    if (stream) {
      stream.lazy = false;
      if (row) stream.note(row.head_seq);
    }
    this.tell({ type: "conversation.open", conversation });
    void this.timeline(conversation).load();
    stream?.catchUp();
  }

  /** Back to background attention. */
  close(conversation: number): void {
    if (!this.opened.delete(conversation)) return;
    const stream = this.streams.get(conversation);
    if (stream) stream.lazy = this.inbox.get(conversation)?.large ?? false;
    this.tell({ type: "conversation.close", conversation });
    this.stopTyping(conversation);
  }

  /** Says something. The row is on the screen at once; `done` resolves when it is committed. */
  send(saying: Saying): { readonly item: Outgoing; readonly done: Promise<Outgoing> } {
    this.typed.delete(saying.conversation);
    return this.write({ type: "message.send", client_key: this.key(), ...saying });
  }

  edit(conversation: number, target: number, body: Readonly<Record<string, unknown>>): Promise<Outgoing> {
    return this.write({ type: "message.edit", client_key: this.key(), conversation, target, body }).done;
  }

  recall(conversation: number, target: number): Promise<Outgoing> {
    return this.write({ type: "message.recall", client_key: this.key(), conversation, target }).done;
  }

  react(conversation: number, target: number, emoji: string, on: boolean): Promise<Outgoing> {
    const type = on ? "reaction.add" : "reaction.remove";
    return this.write({ type, client_key: this.key(), conversation, target, emoji }).done;
  }

  /** The user has read up to message `number`. */
  markRead(conversation: number, number: number): void {
    const row = this.inbox.get(conversation);
    if (row === undefined || number <= row.read_number || number > row.last_number) return;
    if (this.inbox.read(conversation, number)) this.sync.soon(MARK_MS * 3);
    this.marks.set(conversation, number);
    this.marking ??= this.options.clock.after(MARK_MS, () => {
      this.marking = null;
      this.sendMarks();
    });
  }

  /** The user is typing here; call it on every key. */
  startTyping(conversation: number): void {
    const now = this.options.clock.now();
    if (now - (this.typed.get(conversation) ?? 0) < TYPING_MS) return;
    this.typed.set(conversation, now);
    this.tell({ type: "typing.start", conversation });
  }

  stopTyping(conversation: number): void {
    if (this.typed.delete(conversation)) this.tell({ type: "typing.stop", conversation });
  }

  /** The direct conversation with a person, made if there is none. */
  async openDirect(user: number): Promise<ConversationState> {
    const { state } = await this.rpc.request({ type: "direct.open", user });
    this.adopt(state);
    return this.inbox.get(state.conversation) ?? state;
  }

  /** A conversation that this device learned of otherwise, for instance by making it over HTTP. */
  adopt(state: ConversationState): void {
    const known = this.streams.get(state.conversation);
    if (known && known.position > state.head_seq) return;
    const stream = this.streams.start(state.conversation, state.head_seq);
    stream.lazy = state.large && !this.opened.has(state.conversation);
    this.inbox.put(state);
    this.timelines.get(state.conversation)?.touch();
  }

  /** Looks for changes that live delivery cannot tell. */
  refresh(): void {
    this.sync.soon(0);
  }

  private key(): string {
    return clientKey(this.options.keyRandom ?? this.options.random);
  }

  private write(write: Write): { readonly item: Outgoing; readonly done: Promise<Outgoing> } {
    const added = this.outbox.add(write);
    this.pace.flush();
    return added;
  }

  /** A request whose failure does no harm. */
  private tell(ask: Ask): void {
    this.rpc.request(ask).catch((cause: unknown) => {
      if (this.connection.online) this.report(`${ask.type} failed`, cause);
    });
  }

  private wire(): void {
    this.connection.welcomes.on((welcome) => this.welcomed(welcome));
    this.connection.frames.on((frame) => this.received(frame));
    this.connection.states.on(({ state }) => {
      if (state !== "online") this.outbox.setOnline(false);
    });
    this.outbox.changes.on((conversation) => this.timelines.get(conversation)?.touch());
    this.outbox.confirmations.on((item) => {
      const stream = this.streams.get(item.conversation);
      if (item.write.type === "message.send") this.inbox.read(item.conversation, item.number);
      stream?.note(item.seq);
    });
    this.synced.on(() => {
      this.inbox.setReady();
      this.streams.catchUp();
      this.sendMarks();
    });
  }

  private welcomed(welcome: Welcome): void {
    this.inbox.me = welcome.user;
    this.personal = welcome.personal;
    for (const timeline of this.timelines.values()) timeline.me = welcome.user;
    this.typed.clear();
    for (const conversation of this.opened) this.tell({ type: "conversation.open", conversation });
    this.outbox.setOnline(true);
    void this.sync.run();
    void this.presence.refetch();
    void this.people.flush();
    for (const conversation of this.opened) void this.timeline(conversation).load();
  }

  private received(frame: ServerFrame): void {
    if (frame.type === "events") {
      this.streams.receive(frame.events.filter(isEntry));
      for (const event of frame.events) if (!isEntry(event)) this.hint(event);
    } else if (frame.type === "ping") {
      for (const [conversation, head] of Object.entries(frame.heads)) this.head(Number(conversation), head);
    }
  }

  private head(conversation: number, head: number): void {
    const stream = this.streams.get(conversation);
    if (stream === undefined) this.sync.soon();
    else if (head <= stream.position) this.acks.note(conversation, stream.position);
    else if (!stream.lazy) stream.note(head);
    else if (head > (this.inbox.get(conversation)?.head_seq ?? 0)) this.sync.soon();
  }

  private hint(event: AnyEvent): void {
    switch (event.type) {
      case "receipt.read":
        this.receipts.read(event.conversation, event.user, event.read_number);
        if (event.user === this.me) this.inbox.read(event.conversation, event.read_number);
        break;
      case "receipt.delivered":
        this.receipts.delivered(event.conversation, event.user, event.delivered_seq);
        break;
      case "typing.started":
        if (event.user !== this.me) this.typing.started(event.conversation, event.user);
        break;
      case "typing.stopped":
        this.typing.stopped(event.conversation, event.user);
        break;
      case "presence.changed":
        this.presence.set(event.user, event.status);
        break;
      case "conversation.advanced":
        this.inbox.advance(event, this.options.clock.now());
        if (this.opened.has(event.conversation)) this.streams.get(event.conversation)?.note(event.head_seq);
        break;
      default:
    }
    this.events.emit(event);
  }

  /** The next entries of a conversation, in order and once. */
  private deliver(conversation: number, entries: readonly Entry[]): void {
    this.inbox.apply(conversation, entries);
    this.timelines.get(conversation)?.apply(entries);
    for (const entry of entries) {
      if (entry.type === "message.created") {
        this.typing.stopped(conversation, entry.sender);
        this.receipts.read(conversation, entry.sender, entry.number);
      }
      if (entry.type !== "unknown" && entry.sender === this.me && entry.client_key) {
        this.outbox.seen(entry.client_key, entry.seq, entry.type === "message.created" ? entry.number : 0);
      }
      if (conversation === this.personal) this.own(entry);
      this.events.emit(entry);
    }
    const position = this.streams.get(conversation)?.position ?? 0;
    this.outbox.settle(conversation, position);
    this.acks.note(conversation, position);
  }

  /** A fact of the user's own timeline. */
  private own(entry: Entry): void {
    switch (entry.type) {
      case "inbox.joined":
        this.adopt(entry.state);
        break;
      case "inbox.left":
        this.leave(entry.target);
        break;
      case "read.moved":
        if (this.inbox.read(entry.target, entry.read_number)) this.sync.soon();
        break;
      case "mention.received":
        this.inbox.mention(entry.message);
        break;
      default:
    }
  }

  private leave(conversation: number): void {
    this.streams.stop(conversation);
    this.inbox.remove(conversation);
    this.timelines.delete(conversation);
    this.receipts.forget(conversation);
    this.opened.delete(conversation);
    this.marks.delete(conversation);
  }

  private jumped(conversation: number, head: number): void {
    const timeline = this.timelines.get(conversation);
    if (timeline?.loaded) void timeline.reload();
    this.outbox.settle(conversation, head);
    this.acks.note(conversation, head);
    this.sync.soon();
  }

  /** A page of `inbox.sync`: what was gained first, then the rows, which know better. */
  private take(page: InboxPage): void {
    const complete = new Set<number>();
    for (const { conversation, events, complete: whole } of page.deltas) {
      if (whole) complete.add(conversation);
      if (whole || this.opened.has(conversation)) this.streams.get(conversation)?.receive(events.filter(isEntry));
    }
    for (const state of page.states) this.caughtUp(state, complete.has(state.conversation));
    for (const conversation of page.gone) this.leave(conversation);
  }

  private caughtUp(state: ConversationState, complete: boolean): void {
    const { conversation, head_seq, large } = state;
    const stream = this.streams.start(conversation, head_seq);
    stream.lazy = large && !this.opened.has(conversation);
    this.inbox.put(state);
    if (stream.position < head_seq) {
      const timeline = this.timelines.get(conversation);
      if (this.opened.has(conversation) || complete) stream.note(head_seq);
      else {
        // A long gap in the background: the row is right already, and the window is loaded anew when it is opened.
        stream.adopt(head_seq);
        this.outbox.settle(conversation, head_seq);
        if (timeline) this.timelines.delete(conversation);
      }
    }
    if (state.delivered_seq < stream.position && !large) this.acks.note(conversation, stream.position);
    const mark = this.marks.get(conversation);
    if (mark !== undefined && mark <= state.read_number) this.marks.delete(conversation);
  }

  private sendMarks(): void {
    for (const [conversation, number] of this.marks) {
      this.rpc.request({ type: "receipt.mark", conversation, read_number: number }).then(
        () => {
          if (this.marks.get(conversation) === number) this.marks.delete(conversation);
        },
        () => undefined, // sent again after the next catch-up
      );
    }
  }
}

function isEntry(event: AnyEvent): event is Entry {
  return event.type === "unknown" ? event.seq > 0 : DURABLE_TAGS.has(event.type);
}
