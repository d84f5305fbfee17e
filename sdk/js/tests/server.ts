/**
 * A server that speaks the protocol in memory, and a network that loses, doubles, delays and swaps its live events and
 * cuts its sockets. Its tables are the truth that tests compare with.
 */

import type { Clock, Random, Socket, SocketEvents, Transport } from "../src/ports.ts";
import type { DurableEvent, MessageCreated, Request } from "../src/wire.ts";
import { gap, history, present, state, type Conversation, type Kept, type Loose } from "./tables.ts";

interface Session {
  user: number;
  events: SocketEvents;
  alive: boolean;
  welcomed: boolean;
  open: Set<number>;
}

/** How the network treats live event frames: chances from 0 to 1. */
export interface Weather {
  loss: number;
  doubling: number;
  delay: number;
}

export const FAIR: Weather = { loss: 0, doubling: 0, delay: 0 };

export class FakeServer {
  weather: Weather = FAIR;
  up = true;
  maxGap = 1000;
  delta = 20;
  /** Requests received, by type. */
  readonly asked = new Map<string, number>();
  /** Answers to give instead of doing the work: request type → error codes, used up in order. */
  readonly refusals = new Map<string, { error: string; retry_after?: number }[]>();
  readonly acks = new Map<number, number>();
  readonly conversations = new Map<number, Conversation>();
  /** Requests that get no answer at all. */
  readonly deaf = new Set<string>();
  private sessions: Session[] = [];
  private readonly clock: Clock;
  private readonly random: Random;

  constructor(clock: Clock, random: Random) {
    this.clock = clock;
    this.random = random;
    this.beat();
  }

  /** A conversation and, for each member, a personal one with id 1000 + user. */
  create(id: number, members: number[], options: { kind?: string; large?: boolean } = {}): void {
    for (const user of members) this.personal(user);
    const conversation = this.make(id, options.kind ?? "group", members, options.large ?? false);
    this.append(conversation, 0, { type: "conversation.created", kind: conversation.kind });
  }

  /** Adds a member later; the personal timeline tells. */
  join(id: number, user: number): void {
    const conversation = this.need(id);
    conversation.members.push(user);
    this.append(conversation, 0, { type: "member.added", users: [user], member_count: conversation.members.length });
    conversation.read.set(user, conversation.lastNumber);
    const personal = this.personal(user);
    this.append(personal, 0, { type: "inbox.joined", state: state(conversation, user) });
  }

  leave(id: number, user: number): void {
    const conversation = this.need(id);
    conversation.members = conversation.members.filter((each) => each !== user);
    this.append(this.personal(user), 0, { type: "inbox.left", target: id });
  }

  me(user: number): Loose {
    return { person: { id: user, username: `u${user}`, name: `U${user}` }, device: user, personal: this.personal(user).id, limits: {} };
  }

  /** A request of a user without a socket, and its answer. */
  ask(user: number, frame: Loose & { type: string }): Loose {
    const session = { user, alive: true, welcomed: false, open: new Set<number>() } as unknown as Session;
    return this.answer(session, frame) ?? {};
  }

  /** An entry of a user's own timeline. */
  own(user: number, type: string, fields: Loose): void {
    this.append(this.personal(user), user, { type, ...fields });
  }

  prefer(id: number, user: number, wish: Loose): Loose {
    const { wishes } = this.need(id);
    const { starred, ...rest } = wish;
    const before = wishes.get(user) ?? { notify: "all", silent_until: 0, starred_at: 0, unread_from: 0 };
    const after = { ...before, ...rest, ...(starred === undefined ? {} : { starred_at: starred ? this.clock.now() : 0 }) };
    wishes.set(user, after);
    this.own(user, "preference.changed", { target: id, ...after });
    return after;
  }

  draft(id: number, user: number, { text, thread_root = 0, reply_to = 0 }: Loose): Loose {
    this.own(user, "draft.changed", { target: id, text, thread_root, reply_to });
    return { seq: this.personal(user).entries.length };
  }

  drafts(user: number): Loose {
    const found = this.last(user, "draft.changed", ({ target, thread_root }) => `${target}/${thread_root}`);
    const drafts = found.filter(({ text }) => text).map((each) => ({ ...each, conversation: each.target }));
    return { drafts, seq: this.personal(user).entries.length };
  }

  settings(user: number): Loose {
    const found = this.last(user, "setting.changed", ({ name }) => String(name));
    const values = Object.fromEntries(found.filter(({ value }) => value !== null).map(({ name, value }) => [name, value]));
    return { values, seq: this.personal(user).entries.length };
  }

  saved(user: number): unknown[] {
    const found = this.last(user, "saved.changed", ({ target, message }) => `${target}/${message}`);
    return found
      .filter(({ saved }) => saved)
      .map(({ target, message }) => {
        const conversation = this.need(target as number);
        return present(conversation, conversation.entries[(message as number) - 1] as Kept);
      });
  }

  pin(id: number, user: number, target: number, on: boolean): Loose {
    const conversation = this.need(id);
    const message = present(conversation, conversation.entries[target - 1] as Kept);
    if (Boolean(message.pinned_at) !== on) this.append(conversation, user, { type: on ? "message.pinned" : "message.unpinned", target });
    return {};
  }

  pinned(id: number): Kept[] {
    const conversation = this.need(id);
    const found = conversation.entries.filter(({ type }) => type === "message.created");
    return found.map((each) => present(conversation, each)).filter(({ pinned_at }) => pinned_at);
  }

  /** The last of a user's own entries of one type, for each of what they are about. */
  private last(user: number, type: string, about: (entry: Kept) => string): Kept[] {
    const found = this.personal(user).entries.filter((each) => each.type === type);
    return [...new Map(found.map((each) => [about(each), each])).values()];
  }

  /** Says something on behalf of a user who is not connected. */
  say(id: number, sender: number, text: string, extra: Loose = {}): Kept {
    return this.write({ conversation: id, body: { text }, kind: "text", ...extra }, "message.send", sender).entry;
  }

  entries(id: number): DurableEvent[] {
    return this.need(id).entries as unknown as DurableEvent[];
  }

  messages(id: number): MessageCreated[] {
    return this.entries(id).filter((entry): entry is MessageCreated => entry.type === "message.created");
  }

  unread(id: number, user: number): number {
    return state(this.need(id), user).unread as number;
  }

  get live(): number {
    return this.sessions.filter(({ alive }) => alive).length;
  }

  /** Cuts sockets; without `user`, all. What was on its way is gone. */
  cut(user?: number, code = 1006): void {
    for (const session of this.sessions.filter((each) => user === undefined || each.user === user)) {
      session.alive = false;
      session.events.closed(code, "");
    }
    this.sessions = this.sessions.filter(({ alive }) => alive);
  }

  /** The way to this server for a user. */
  transport(user: number): Transport {
    return {
      open: (events: SocketEvents): Socket => {
        const session: Session = { user, events, alive: true, welcomed: false, open: new Set() };
        this.clock.after(5, () => {
          if (!session.alive) return;
          if (!this.up) {
            session.alive = false;
            events.closed(1006, "");
            return;
          }
          this.sessions.push(session);
          events.opened();
        });
        return {
          send: (text) => void this.clock.after(5, () => session.alive && this.received(session, text)),
          close: () => {
            session.alive = false;
            this.sessions = this.sessions.filter((each) => each !== session);
          },
        };
      },
    };
  }

  private beat(): void {
    this.clock.after(20_000, () => {
      for (const session of this.sessions) {
        if (!session.welcomed) continue;
        const heads: Record<string, number> = {};
        for (const each of this.of(session.user)) heads[each.id] = each.entries.length;
        this.deliver(session, { type: "ping", heads });
      }
      this.beat();
    });
  }

  private received(session: Session, text: string): void {
    const frame = JSON.parse(text) as Loose & { type: Request["type"] | "pong" | "sync.ack"; id: number };
    this.asked.set(frame.type, (this.asked.get(frame.type) ?? 0) + 1);
    if (frame.type === "pong" || this.deaf.has(frame.type)) return;
    if (frame.type === "sync.ack") {
      for (const [id, seq] of Object.entries(frame.positions as Record<string, number>)) {
        this.acks.set(Number(id), Math.max(seq, this.acks.get(Number(id)) ?? 0));
      }
      return;
    }
    const refusal = this.refusals.get(frame.type)?.shift();
    const answer = refusal ? { type: "error", message: refusal.error, ...refusal } : this.answer(session, frame);
    if (answer) this.clock.after(5, () => session.alive && this.deliver(session, { ...answer, id: frame.id }));
  }

  private answer(session: Session, frame: Loose & { type: string }): Loose | null {
    const { user } = session;
    switch (frame.type) {
      case "hello":
        session.welcomed = true;
        return {
          type: "welcome",
          version: 1,
          session: "s",
          user,
          device: user,
          name: `user ${user}`,
          personal: this.personal(user).id,
          now: this.clock.now(),
          heartbeat: 20,
          ack_within: 5,
          limits: {},
        };
      case "ping":
        return { type: "pong", now: this.clock.now() };
      case "message.send":
      case "message.edit":
      case "message.recall":
      case "reaction.add":
      case "reaction.remove": {
        const { entry, duplicate } = this.write(frame, frame.type, user);
        const { seq, at, number, client_key, conversation, type } = entry;
        return { type: "message.accepted", conversation, seq, at, client_key, ...(type === "message.created" ? { number } : {}), duplicate };
      }
      case "receipt.mark": {
        const conversation = this.need(frame.conversation as number);
        this.mark(conversation, user, frame.read_number as number);
        return { type: "done" };
      }
      case "timeline.sync":
        return gap(this.need(frame.conversation as number), frame, this.maxGap);
      case "timeline.history":
        return history(this.need(frame.conversation as number), frame);
      case "inbox.sync":
        return this.inbox(user, frame.positions as Record<string, number> | undefined);
      case "people.get":
        return { type: "people.page", people: (frame.users as number[]).map((id) => ({ id, username: `u${id}`, name: `U${id}` })) };
      case "presence.get":
        return { type: "presence.page", statuses: { "2": "online" } };
      case "conversation.open":
        session.open.add(frame.conversation as number);
        return { type: "done" };
      case "conversation.close":
        session.open.delete(frame.conversation as number);
        return { type: "done" };
      default:
        return { type: "done" };
    }
  }

  private write(frame: Loose, type: string, user: number): { entry: Kept & { number?: number }; duplicate: boolean } {
    const conversation = this.need(frame.conversation as number);
    const known = conversation.entries.find((each) => each.sender === user && frame.client_key && each.client_key === frame.client_key);
    if (known) return { entry: known, duplicate: true };
    const key = frame.client_key ? { client_key: frame.client_key } : {};
    if (type === "message.send") {
      const number = ++conversation.lastNumber;
      const { kind = "text", body, mentions, reply_to, thread_root } = frame;
      const said = { type: "message.created", number, kind, body, ...key, ...(mentions ? { mentions } : {}), ...(reply_to ? { reply_to } : {}), ...(thread_root ? { thread_root } : {}) };
      const entry = this.append(conversation, user, said);
      conversation.read.set(user, number);
      for (const mentioned of (mentions as number[] | undefined) ?? []) {
        if (mentioned !== user) this.append(this.personal(mentioned), user, { type: "mention.received", message: entry });
      }
      return { entry, duplicate: false };
    }
    const target = frame.target as number;
    const { number, thread_root } = (conversation.entries[target - 1] ?? {}) as Loose;
    const again = type === "message.recall" && conversation.entries.find((each) => each.type === "message.recalled" && each.target === target);
    if (again) return { entry: again, duplicate: true };
    const changes: Record<string, Loose & { type: string }> = {
      "message.edit": { type: "message.edited", body: frame.body },
      "message.recall": { type: "message.recalled", number, ...(thread_root ? { thread_root } : {}) },
      "reaction.add": { type: "reaction.added", emoji: frame.emoji },
      "reaction.remove": { type: "reaction.removed", emoji: frame.emoji },
    };
    const made = changes[type] ?? { type };
    return { entry: this.append(conversation, user, { target, ...key, ...made }), duplicate: false };
  }

  private mark(conversation: Conversation, user: number, number: number): void {
    if (number <= (conversation.read.get(user) ?? 0)) return;
    conversation.read.set(user, number);
    const wish = conversation.wishes.get(user);
    if (wish) wish.unread_from = 0;
    this.append(this.personal(user), user, { type: "read.moved", target: conversation.id, read_number: number });
    this.fan(conversation, { type: "receipt.read", conversation: conversation.id, user, read_number: number });
  }

  private inbox(user: number, positions: Record<string, number> = {}): Loose {
    const known = Object.keys(positions).length > 0;
    const mine = this.of(user);
    const moved = mine.filter(({ id, entries }) => !known || (positions[id] ?? 0) < entries.length);
    return {
      type: "inbox.page",
      states: moved.map((each) => state(each, user)),
      deltas: moved
        .filter(({ id }) => positions[id] !== undefined)
        .map(({ id, entries }) => {
          const events = entries.slice(positions[id], (positions[id] ?? 0) + this.delta);
          return { conversation: id, events, complete: (positions[id] ?? 0) + events.length === entries.length };
        }),
      gone: Object.keys(positions).map(Number).filter((id) => !mine.some((each) => each.id === id)),
    };
  }

  private append(conversation: Conversation, sender: number, fields: Loose & { type: string }): Kept {
    const seq = conversation.entries.length + 1;
    const entry: Kept = { conversation: conversation.id, seq, at: this.clock.now(), ...(sender ? { sender } : {}), ...fields };
    conversation.entries.push(entry);
    this.fan(conversation, entry);
    return entry;
  }

  private fan(conversation: Conversation, event: Loose): void {
    for (const session of this.sessions) {
      if (!session.welcomed || !conversation.members.includes(session.user)) continue;
      const background = conversation.large && !session.open.has(conversation.id) && "seq" in event;
      const { id, entries, lastNumber } = conversation;
      const told = background
        ? { type: "conversation.advanced", conversation: id, head_seq: entries.length, last_number: lastNumber }
        : event;
      if (this.random() < this.weather.loss) continue;
      const copies = this.random() < this.weather.doubling ? 2 : 1;
      for (let copy = 0; copy < copies; copy++) {
        const delay = this.random() < this.weather.delay ? Math.floor(this.random() * 3000) : 3;
        this.clock.after(delay, () => session.alive && this.deliver(session, { type: "events", events: [told] }));
      }
    }
  }

  private deliver(session: Session, frame: Loose): void {
    session.events.received(JSON.stringify(frame));
  }

  private personal(user: number): Conversation {
    return this.conversations.get(1000 + user) ?? this.make(1000 + user, "personal", [user], false);
  }

  private make(id: number, kind: string, members: number[], large: boolean): Conversation {
    const made: Conversation = { id, kind, members: [...members], large, entries: [], lastNumber: 0, read: new Map(), owner: 0, wishes: new Map() };
    this.conversations.set(id, made);
    return made;
  }

  private of(user: number): Conversation[] {
    return [...this.conversations.values()].filter(({ members }) => members.includes(user));
  }

  private need(id: number): Conversation {
    const found = this.conversations.get(id);
    if (!found) throw new Error(`no conversation ${id}`);
    return found;
  }
}
