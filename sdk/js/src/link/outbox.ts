/**
 * What the user said and the server has not confirmed yet: kept in storage, sent one at a time per conversation, under
 * a key that makes a repeat harmless. The only place that decides whether to send again.
 */

import { ParleyError } from "../errors.ts";
import type { Cancel, Clock, Random, Report, Storage } from "../ports.ts";
import { Signal } from "../signal.ts";
import type { Accepted } from "../wire.ts";
import type { Ask } from "./rpc.ts";

/** A write that goes through the outbox: it carries a client key. */
export type Write = Ask<"message.send" | "message.edit" | "message.recall" | "reaction.add" | "reaction.remove">;

/** pending: waits. sending: on its way. sent: confirmed, its event not seen yet. failed: refused for good. */
export type OutgoingState = "pending" | "sending" | "sent" | "failed";

export interface Outgoing {
  readonly key: string;
  readonly order: number;
  readonly conversation: number;
  readonly write: Write;
  /** When the user did it (ms, this machine's clock). */
  readonly at: number;
  readonly state: OutgoingState;
  /** Position in the timeline once sent, otherwise 0. */
  readonly seq: number;
  /** Message number once sent, otherwise 0. */
  readonly number: number;
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface OutboxPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly storage: Storage;
  readonly report: Report;
  readonly deliver: (write: Write) => Promise<Accepted>;
}

const PREFIX = "outbox/";
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
/** Answers "internal" or "unavailable" before the item is shown as failed; waiting for a connection does not count. */
const PATIENCE = 8;

export class Outbox {
  /** Tells the conversation whose items changed. */
  readonly changes: Signal<number>;
  /** An item was confirmed. */
  readonly confirmations: Signal<Outgoing>;

  private readonly ports: OutboxPorts;
  private items: readonly Outgoing[] = [];
  private readonly tries = new Map<string, number>();
  private readonly busy = new Set<number>();
  private readonly pauses = new Map<number, Cancel>();
  private readonly waiters = new Map<string, { resolve(item: Outgoing): void; reject(error: ParleyError): void }>();
  private online = false;
  private lastOrder = 0;

  constructor(ports: OutboxPorts) {
    this.ports = ports;
    this.changes = new Signal(ports.report);
    this.confirmations = new Signal(ports.report);
  }

  /** Takes up what an earlier page left behind. */
  async restore(): Promise<void> {
    const stored = await this.ports.storage.list(PREFIX);
    const known = new Set(this.items.map(({ key }) => key));
    const found = stored.map(([, value]) => value as Outgoing).filter(({ key }) => !known.has(key));
    const again = found.map((item) => (item.state === "failed" ? item : { ...item, state: "pending" as const }));
    this.items = [...this.items, ...again].sort((a, b) => a.order - b.order);
    for (const conversation of new Set(again.map((item) => item.conversation))) this.changes.emit(conversation);
    this.flush();
  }

  /** Items of a conversation, oldest first. */
  of(conversation: number): readonly Outgoing[] {
    return this.items.filter((item) => item.conversation === conversation);
  }

  get size(): number {
    return this.items.filter(({ state }) => state === "pending" || state === "sending").length;
  }

  /** Takes a write; the promise resolves once it is committed and rejects when it is refused for good or dropped. */
  add(write: Write): { readonly item: Outgoing; readonly done: Promise<Outgoing> } {
    const at = this.ports.clock.now();
    this.lastOrder = Math.max(this.lastOrder + 1, at * 1000);
    const item: Outgoing = {
      key: write.client_key,
      order: this.lastOrder,
      conversation: write.conversation,
      write,
      at,
      state: "pending",
      seq: 0,
      number: 0,
      error: null,
    };
    this.items = [...this.items, item];
    this.keep(item);
    const done = new Promise<Outgoing>((resolve, reject) => this.waiters.set(item.key, { resolve, reject }));
    done.catch(() => undefined); // whoever wants the failure looks at the item or awaits `done`
    this.changes.emit(item.conversation);
    this.flush();
    return { item, done };
  }

  /** Sends a failed item again, under the same key. */
  retry(key: string): void {
    const item = this.find(key);
    if (item?.state !== "failed") return;
    this.tries.delete(key);
    this.keep(this.replace(item, { state: "pending", error: null }));
    this.flush();
  }

  /** Forgets an item that is not on its way. */
  drop(key: string): void {
    const item = this.find(key);
    if (item === undefined || item.state === "sending") return;
    this.forget(item);
    this.waiters.get(key)?.reject(new ParleyError("cancelled", "Dropped before it was sent."));
    this.waiters.delete(key);
  }

  setOnline(online: boolean): void {
    this.online = online;
    if (online) this.flush();
  }

  /** The event of a write of this user was seen: it is committed, whatever became of the answer. */
  seen(key: string, seq: number, number: number): void {
    const item = this.find(key);
    if (item === undefined) return;
    if (item.state !== "sent") this.confirm(item, seq, number);
    this.forget(item);
  }

  /** Everything up to `seq` is on the screen's side now; confirmed items below it have served. */
  settle(conversation: number, seq: number): void {
    for (const item of this.items) {
      if (item.conversation === conversation && item.state === "sent" && item.seq <= seq) this.forget(item);
    }
  }

  private flush(): void {
    if (!this.online) return;
    const seen = new Set<number>();
    for (const item of this.items) {
      const { conversation, state } = item;
      if (state === "sent" || state === "failed" || seen.has(conversation)) continue;
      seen.add(conversation);
      if (state === "pending" && !this.busy.has(conversation) && !this.pauses.has(conversation)) void this.send(item);
    }
  }

  private async send(item: Outgoing): Promise<void> {
    this.busy.add(item.conversation);
    this.replace(item, { state: "sending" });
    try {
      const accepted = await this.ports.deliver(item.write);
      const current = this.find(item.key);
      if (current !== undefined && current.state !== "sent") this.confirm(current, accepted.seq, accepted.number);
    } catch (cause) {
      this.refused(item, cause);
    } finally {
      this.busy.delete(item.conversation);
      this.flush();
    }
  }

  private confirm(item: Outgoing, seq: number, number: number): void {
    const sent = this.replace(item, { state: "sent", seq, number, error: null });
    this.unkeep(item);
    this.tries.delete(item.key);
    this.waiters.get(item.key)?.resolve(sent);
    this.waiters.delete(item.key);
    this.confirmations.emit(sent);
  }

  private refused(before: Outgoing, cause: unknown): void {
    const item = this.find(before.key);
    if (item === undefined || item.state === "sent") return;
    const error = cause instanceof ParleyError ? cause : new ParleyError("internal", String(cause));
    const unheard = error.code === "connection_lost" || error.code === "not_connected" || error.code === "timed_out";
    const tries = unheard ? 0 : (this.tries.get(item.key) ?? 0) + 1;
    if (!error.retryable || (tries >= PATIENCE && error.code !== "rate_limited")) {
      this.keep(this.replace(item, { state: "failed", error: { code: error.code, message: error.message } }));
      this.waiters.get(item.key)?.reject(error);
      this.waiters.delete(item.key);
      return;
    }
    this.tries.set(item.key, tries);
    this.replace(item, { state: "pending" });
    if (error.code === "connection_lost" || error.code === "not_connected") return;
    this.pause(item.conversation, error.retryAfter * 1000 || this.pauseAfter(tries));
  }

  private pauseAfter(tries: number): number {
    const ceiling = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries);
    return ceiling / 2 + (this.ports.random() * ceiling) / 2;
  }

  private pause(conversation: number, ms: number): void {
    this.pauses.get(conversation)?.();
    const cancel = this.ports.clock.after(ms, () => {
      this.pauses.delete(conversation);
      this.flush();
    });
    this.pauses.set(conversation, cancel);
  }

  private find(key: string): Outgoing | undefined {
    return this.items.find((item) => item.key === key);
  }

  private replace(item: Outgoing, change: Partial<Outgoing>): Outgoing {
    const current = { ...(this.find(item.key) ?? item), ...change };
    this.items = this.items.map((each) => (each.key === item.key ? current : each));
    this.changes.emit(item.conversation);
    return current;
  }

  private forget(item: Outgoing): void {
    this.items = this.items.filter(({ key }) => key !== item.key);
    this.unkeep(item);
    this.changes.emit(item.conversation);
  }

  private keep(item: Outgoing): void {
    this.ports.storage.put(place(item), item).catch((cause) => this.ports.report("the outbox was not stored", cause));
  }

  private unkeep(item: Outgoing): void {
    this.ports.storage.remove(place(item)).catch((cause) => this.ports.report("the outbox was not stored", cause));
  }
}

function place(item: Outgoing): string {
  return `${PREFIX}${String(item.order).padStart(17, "0")}/${item.key}`;
}
