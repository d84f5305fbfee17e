/**
 * The kit put together: one connection below, the stores above, and the verbs an application calls.
 */

import { Intake } from "./client/intake.ts";
import { MARK_MS, Marks } from "./client/marks.ts";
import { clientKey } from "./keys.ts";
import { Acks } from "./link/acks.ts";
import { Outbox, type Outgoing, type Write } from "./link/outbox.ts";
import { Rpc, type Ask } from "./link/rpc.ts";
import { Streams } from "./link/streams.ts";
import { Sync } from "./link/sync.ts";
import { Connection, type Token } from "./network/connection.ts";
import type { Clock, Random, Report, Storage, Transport } from "./ports.ts";
import { InboxStore } from "./stores/inbox.ts";
import { PeopleStore } from "./stores/people.ts";
import { PresenceStore } from "./stores/presence.ts";
import { ReceiptStore } from "./stores/receipts.ts";
import { Pace } from "./stores/store.ts";
import type { TimelineStore } from "./stores/timeline.ts";
import { Timelines } from "./stores/timelines.ts";
import { TypingStore } from "./stores/typing.ts";
import { Signal } from "./signal.ts";
import { MAX_PAGE, type AnyEvent, type ConversationState, type MessageEdit, type MessageSend, type Welcome } from "./wire.ts";

export interface ClientOptions {
  readonly transport: Transport;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly random: Random;
  /** Chance good enough for keys that must never repeat; the same as `random` when left out. */
  readonly keyRandom?: Random;
  readonly report?: Report;
  readonly token?: (renew: boolean) => Promise<Token>;
  /** Name and version for the device list. */
  readonly client?: string;
}

/** Whom a changed message mentions; nobody when left out. */
export type Named = Pick<MessageEdit, "mentions" | "mentions_all">;

/** What to say; only `conversation` and `body` are needed. */
export type Saying = Omit<MessageSend, "type" | "id" | "client_key">;

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
  /** Entries of a conversation were passed over: what was derived from them has to be asked for anew. */
  readonly jumps: Signal<number>;
  /** The user is no longer in a conversation. */
  readonly departures: Signal<number>;

  protected readonly options: ClientOptions;
  protected readonly report: Report;
  protected readonly pace: Pace;
  protected readonly streams: Streams;
  protected readonly timelines: Timelines;
  protected readonly intake: Intake;
  private readonly rpc: Rpc;
  private readonly sync: Sync;
  protected readonly marks: Marks;
  private readonly opened = new Set<number>();
  private readonly typed = new Map<number, number>();

  constructor(options: ClientOptions) {
    this.options = options;
    const report = options.report ?? (() => undefined);
    const { clock, random, storage } = options;
    this.report = report;
    this.events = new Signal(report);
    this.jumps = new Signal(report);
    this.departures = new Signal(report);
    this.pace = new Pace(clock);
    this.connection = new Connection({ client: "parley-sdk-js/0.1", ...options, report });
    this.rpc = new Rpc(this.connection, clock);
    this.streams = this.makeStreams();
    this.sync = this.makeSync();
    this.synced = this.sync.done;
    this.marks = new Marks(clock, (conversation, read_number) =>
      this.rpc.request({ type: "receipt.mark", conversation, read_number }),
    );
    this.outbox = new Outbox({ clock, random, storage, report, deliver: (write) => this.rpc.request(write) });
    this.inbox = new InboxStore(this.pace, report);
    this.receipts = new ReceiptStore(this.pace, report);
    this.typing = new TypingStore(this.pace, report, clock);
    this.people = new PeopleStore(this.pace, report, clock, async (users) => {
      return (await this.rpc.request({ type: "people.get", users })).people;
    });
    this.presence = new PresenceStore(this.pace, report, (users) => this.rpc.request({ type: "presence.get", users }));
    this.timelines = this.makeTimelines();
    const acks = new Acks(clock, (frame) => this.connection.send(frame));
    const { inbox, people, presence, receipts, typing, timelines, outbox, streams, marks, opened } = this;
    this.intake = new Intake({
      ...{ clock, inbox, people, presence, receipts, typing, timelines, outbox, streams, marks, opened },
      ...{ acks, events: this.events, jumps: this.jumps, departures: this.departures },
      syncSoon: (ms) => this.sync.soon(ms),
    });
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

  /** The window over a conversation's history; the same one for as long as the user is in it. */
  timeline(conversation: number): TimelineStore {
    return this.timelines.get(conversation);
  }

  /** The window over one thread: its first message and the replies. Call `load` on it when it is opened. */
  thread(conversation: number, root: number): TimelineStore {
    return this.timelines.get(conversation, root);
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
    void this.prepare(conversation).then(() => this.timeline(conversation).load());
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

  edit(conversation: number, target: number, body: Readonly<Record<string, unknown>>, named: Named = {}): Promise<Outgoing> {
    return this.write({ type: "message.edit", client_key: this.key(), conversation, target, body, ...named }).done;
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
    this.marks.note(conversation, number);
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
    const asOf = this.intake.ownPosition;
    const { state } = await this.rpc.request({ type: "direct.open", user });
    this.intake.adopt(state, asOf);
    return this.inbox.get(state.conversation) ?? state;
  }

  /** A conversation that this device learned of otherwise, for instance by making it over HTTP. */
  adopt(state: ConversationState): void {
    this.intake.adopt(state, this.intake.ownPosition);
  }

  /** Looks for changes that live delivery cannot tell. */
  refresh(): void {
    this.sync.soon(0);
  }

  /** Before a conversation's newest page is asked for: the chance to show what is kept of it. */
  protected async prepare(_conversation: number): Promise<void> {}

  /** A window took in the live end. */
  protected windowLoaded(_conversation: number): void {}

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

  private makeStreams(): Streams {
    const { clock } = this.options;
    return new Streams(
      {
        clock,
        report: this.report,
        pull: (conversation, after, until) =>
          this.rpc.request({ type: "timeline.sync", conversation, after, until, limit: MAX_PAGE }),
        deliver: (conversation, entries) => this.intake.deliver(conversation, entries),
        jumped: (conversation, head) => this.intake.jumped(conversation, head),
      },
      () => this.sync.soon(),
    );
  }

  private makeSync(): Sync {
    const { clock, random } = this.options;
    return new Sync({
      clock,
      random,
      report: this.report,
      positions: () => (this.intake.whole ? {} : this.streams.positions()),
      ask: async (ask) => {
        const asOf = this.intake.ownPosition;
        const page = await this.rpc.request(ask);
        return { page, asOf };
      },
      take: ({ page, asOf }) => this.intake.take(page, asOf),
    });
  }

  private makeTimelines(): Timelines {
    return new Timelines(
      this.pace,
      (conversation, root) => ({
        report: this.report,
        history: (ask) =>
          this.rpc.request({ type: "timeline.history", conversation, ...ask, ...(root ? { thread_root: root } : {}) }),
        entries: (after) => this.rpc.request({ type: "timeline.sync", conversation, after, limit: MAX_PAGE }),
        loaded: (head) => {
          this.streams.get(conversation)?.note(head);
          this.windowLoaded(conversation);
        },
        outgoing: () => this.outbox.of(conversation).filter(({ write }) => isOf(write, root)),
      }),
      (conversation) => this.opened.has(conversation),
    );
  }

  private wire(): void {
    this.connection.welcomes.on((welcome) => this.welcomed(welcome));
    this.connection.frames.on((frame) => this.intake.received(frame));
    this.connection.states.on(({ state }) => {
      if (state !== "online") this.outbox.setOnline(false);
    });
    this.outbox.changes.on((conversation) => this.timelines.touch(conversation));
    this.outbox.confirmations.on((item) => {
      const stream = this.streams.get(item.conversation);
      if (item.write.type === "message.send") this.inbox.read(item.conversation, item.number);
      stream?.note(item.seq);
    });
    this.synced.on(() => {
      this.intake.checked();
      this.inbox.setReady();
      this.streams.catchUp();
      this.marks.flush();
    });
  }

  private welcomed(welcome: Welcome): void {
    this.inbox.me = welcome.user;
    this.timelines.me = welcome.user;
    this.intake.personal = welcome.personal;
    this.typed.clear();
    for (const conversation of this.opened) this.tell({ type: "conversation.open", conversation });
    this.outbox.setOnline(true);
    void this.sync.run();
    void this.presence.refetch();
    void this.people.flush();
    for (const conversation of this.opened) void this.timeline(conversation).load();
  }
}

/** Whether a write shows in the window over a thread (0: over the whole conversation). */
function isOf(write: Write, root: number): boolean {
  return root === 0 || write.type !== "message.send" || write.thread_root === root;
}
