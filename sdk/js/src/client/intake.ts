/**
 * What the server tells → the stores: live events, entries in order, pages of catching up.
 */

import type { Acks } from "../link/acks.ts";
import type { Outbox } from "../link/outbox.ts";
import type { Entry } from "../link/stream.ts";
import type { Streams } from "../link/streams.ts";
import type { Clock } from "../ports.ts";
import type { Signal } from "../signal.ts";
import type { InboxStore } from "../stores/inbox.ts";
import type { PeopleStore } from "../stores/people.ts";
import type { PresenceStore } from "../stores/presence.ts";
import type { ReceiptStore } from "../stores/receipts.ts";
import type { Timelines } from "../stores/timelines.ts";
import type { TypingStore } from "../stores/typing.ts";
import { DURABLE_TAGS, type AnyEvent, type ConversationState, type InboxPage, type ServerFrame } from "../wire.ts";
import type { Marks } from "./marks.ts";

export interface IntakeParts {
  readonly clock: Clock;
  readonly inbox: InboxStore;
  readonly people: PeopleStore;
  readonly presence: PresenceStore;
  readonly receipts: ReceiptStore;
  readonly typing: TypingStore;
  readonly timelines: Timelines;
  readonly outbox: Outbox;
  readonly streams: Streams;
  readonly acks: Acks;
  readonly marks: Marks;
  readonly events: Signal<AnyEvent>;
  readonly jumps: Signal<number>;
  readonly departures: Signal<number>;
  /** Conversations with full attention. */
  readonly opened: Set<number>;
  readonly syncSoon: (ms?: number) => void;
}

export class Intake {
  /** The user's own conversation, 0 before the first welcome. */
  personal = 0;
  /** Entries of the user's own timeline were passed over: rows may be older than their positions say. */
  whole = false;
  private readonly parts: IntakeParts;

  constructor(parts: IntakeParts) {
    this.parts = parts;
  }

  /** Seq of the last entry of the user's own timeline that this device holds. */
  get ownPosition(): number {
    return this.parts.streams.get(this.personal)?.position ?? 0;
  }

  received(frame: ServerFrame): void {
    if (frame.type === "events") {
      this.parts.streams.receive(frame.events.filter(isEntry));
      for (const event of frame.events) if (!isEntry(event)) this.hint(event);
    } else if (frame.type === "ping") {
      for (const [conversation, head] of Object.entries(frame.heads)) this.head(Number(conversation), head);
    }
  }

  /** The next entries of a conversation, in order and once. */
  deliver(conversation: number, entries: readonly Entry[]): void {
    const { inbox, timelines, typing, receipts, outbox, events, streams, acks } = this.parts;
    inbox.apply(conversation, entries);
    timelines.apply(conversation, entries);
    for (const entry of entries) {
      if (entry.type === "message.created") {
        typing.stopped(conversation, entry.sender);
        receipts.read(conversation, entry.sender, entry.number);
      }
      if (entry.type !== "unknown" && entry.sender === inbox.me && entry.client_key) {
        outbox.seen(entry.client_key, entry.seq, entry.type === "message.created" ? entry.number : 0);
      }
      if (conversation === this.personal) this.own(entry);
      events.emit(entry);
    }
    const position = streams.get(conversation)?.position ?? 0;
    outbox.settle(conversation, position);
    acks.note(conversation, position);
  }

  /** Too far behind: entries up to `head` were passed over. */
  jumped(conversation: number, head: number): void {
    this.parts.timelines.jumped(conversation);
    this.parts.outbox.settle(conversation, head);
    this.parts.acks.note(conversation, head);
    this.parts.jumps.emit(conversation);
    if (conversation === this.personal) this.whole = true;
    this.parts.syncSoon();
  }

  /** The inbox was read through; a whole reading that was wanted meanwhile follows. */
  checked(): void {
    this.whole = false;
  }

  /** A page of `inbox.sync`: what was gained first, then the rows, which know better. `asOf`: see `InboxStore.put`. */
  take(page: InboxPage, asOf: number): void {
    const complete = new Set<number>();
    for (const { conversation, events, complete: whole } of page.deltas) {
      if (whole) complete.add(conversation);
      if (whole || this.parts.opened.has(conversation)) {
        this.parts.streams.get(conversation)?.receive(events.filter(isEntry));
      }
    }
    for (const state of page.states) this.caughtUp(state, complete.has(state.conversation), asOf);
    for (const conversation of page.gone) this.leave(conversation);
  }

  /** A conversation that this device learned of otherwise, for instance by making it over HTTP. */
  adopt(state: ConversationState, asOf = Infinity): void {
    const { streams, inbox, timelines, opened } = this.parts;
    const known = streams.get(state.conversation);
    if (known && known.position > state.head_seq) return;
    const stream = streams.start(state.conversation, state.head_seq);
    stream.lazy = state.large && !opened.has(state.conversation);
    inbox.put(state, asOf);
    timelines.touch(state.conversation);
  }

  private head(conversation: number, head: number): void {
    const { streams, acks, inbox, syncSoon } = this.parts;
    const stream = streams.get(conversation);
    if (stream === undefined) syncSoon();
    else if (head <= stream.position) acks.note(conversation, stream.position);
    else if (!stream.lazy) stream.note(head);
    else if (head > (inbox.get(conversation)?.head_seq ?? 0)) syncSoon();
  }

  private hint(event: AnyEvent): void {
    const { receipts, inbox, typing, presence, people, streams, opened, clock } = this.parts;
    switch (event.type) {
      case "receipt.read":
        receipts.read(event.conversation, event.user, event.read_number);
        if (event.user === inbox.me) inbox.read(event.conversation, event.read_number);
        break;
      case "receipt.delivered":
        receipts.delivered(event.conversation, event.user, event.delivered_seq);
        break;
      case "typing.started":
        if (event.user !== inbox.me) typing.started(event.conversation, event.user);
        break;
      case "typing.stopped":
        typing.stopped(event.conversation, event.user);
        break;
      case "presence.changed":
        presence.set(event.user, event.status);
        people.status(event);
        break;
      case "conversation.advanced":
        inbox.advance(event, clock.now());
        if (opened.has(event.conversation)) streams.get(event.conversation)?.note(event.head_seq);
        break;
      default:
    }
    this.parts.events.emit(event);
  }

  /** A fact of the user's own timeline. */
  private own(entry: Entry): void {
    const { inbox, syncSoon } = this.parts;
    switch (entry.type) {
      case "inbox.joined":
        this.adopt(entry.state, entry.seq - 1);
        break;
      case "inbox.left":
        this.leave(entry.target);
        break;
      case "read.moved":
        if (inbox.read(entry.target, entry.read_number)) syncSoon();
        break;
      case "mention.received":
        inbox.mention(entry.message);
        break;
      case "preference.changed": {
        const { notify, silent_until, starred_at, unread_from } = entry;
        inbox.prefer(entry.target, { notify, silent_until, starred_at, unread_from }, entry.seq);
        break;
      }
      default:
    }
  }

  private leave(conversation: number): void {
    const { streams, inbox, timelines, receipts, opened, marks, departures } = this.parts;
    streams.stop(conversation);
    inbox.remove(conversation);
    timelines.forget(conversation);
    receipts.forget(conversation);
    opened.delete(conversation);
    marks.forget(conversation);
    departures.emit(conversation);
  }

  private caughtUp(state: ConversationState, complete: boolean, asOf: number): void {
    const { streams, inbox, timelines, outbox, acks, marks, opened, jumps } = this.parts;
    const { conversation, head_seq, large } = state;
    const stream = streams.start(conversation, head_seq);
    stream.lazy = large && !opened.has(conversation);
    inbox.put(state, asOf);
    if (stream.position < head_seq) {
      // The user's own timeline is told whole: its entries are facts that no row holds.
      if (opened.has(conversation) || complete || conversation === this.personal) stream.note(head_seq);
      else {
        // A long gap in the background: the row is right already, and the window is loaded anew when it is opened.
        stream.adopt(head_seq);
        outbox.settle(conversation, head_seq);
        timelines.jumped(conversation);
        jumps.emit(conversation);
      }
    }
    if (state.delivered_seq < stream.position && !large) acks.note(conversation, stream.position);
    marks.known(conversation, state.read_number);
  }
}

function isEntry(event: AnyEvent): event is Entry {
  return event.type === "unknown" ? event.seq > 0 : DURABLE_TAGS.has(event.type);
}
