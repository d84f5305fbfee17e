/**
 * A transport that speaks the frames of a socket over HTTP: requests become calls of `/api/v1/`, and one request to
 * `/poll/v1/` waits for whatever moves. Above it nothing knows the difference.
 *
 * Hints (typing, live presence, receipts of others) do not come this way; entries and inbox rows do.
 */

import { ParleyError } from "../errors.ts";
import { Caller } from "../http/caller.ts";
import type { Clock, Http, Socket, SocketEvents, Transport } from "../ports.ts";
import { HEARTBEAT_GRACE_SECONDS, type Frame, type InboxPage } from "../wire.ts";
import { routeOf } from "./routes.ts";

export interface PollOptions {
  readonly http: Http;
  readonly clock: Clock;
}

/** Seconds that one request waits at the server; proxies cut what is silent for a minute. */
const WAIT_SECONDS = 25;
/** As the heartbeat that is promised above: a poll ends, moved or not, within it. */
const HEARTBEAT_SECONDS = WAIT_SECONDS + HEARTBEAT_GRACE_SECONDS;
/** After an answer that said nothing new, so that a server that does not wait is not hammered. */
const PAUSE_MS = 1_000;

export function pollTransport(options: PollOptions): Transport {
  return { open: (events) => new PollSocket(options, events) };
}

class PollSocket implements Socket {
  private readonly caller: Caller;
  private readonly polls: Caller;
  private readonly clock: Clock;
  private readonly events: SocketEvents;
  private readonly stop = new AbortController();
  /** What the layer above was told of each conversation: entries up to here, or that they exist. */
  private positions: Record<string, number> = {};
  private polling = false;

  constructor({ http, clock }: PollOptions, events: SocketEvents) {
    this.clock = clock;
    this.events = events;
    const random = Math.random;
    this.caller = new Caller({ http, clock, random });
    this.polls = new Caller({ http, clock, random }, "/poll/v1/");
    clock.after(0, () => this.live(() => events.opened()));
  }

  send(text: string): void {
    const frame = JSON.parse(text) as Frame;
    if (frame.type === "pong" || frame.type === "sync.ack") return;
    void this.answer(frame);
  }

  close(): void {
    this.stop.abort();
  }

  private live(run: () => void): void {
    if (!this.stop.signal.aborted) run();
  }

  private tell(frame: object): void {
    this.live(() => this.events.received(JSON.stringify(frame)));
  }

  private async answer(frame: Exclude<Frame, { type: "pong" | "sync.ack" }>): Promise<void> {
    try {
      const reply = await routeOf(this.caller, frame, HEARTBEAT_SECONDS);
      this.tell({ ...reply, id: frame.id });
      if (frame.type === "inbox.sync") this.follow({ ...frame.positions }, reply as unknown as InboxPage);
    } catch (cause) {
      this.failed(cause, frame);
    }
  }

  private failed(cause: unknown, frame: Exclude<Frame, { type: "pong" | "sync.ack" }>): void {
    const error = cause instanceof ParleyError ? cause : new ParleyError("internal", String(cause));
    if (error.code === "connection_lost") return this.lost();
    const { code, message, retryAfter, details } = error;
    this.tell({ type: "error", id: frame.id, error: code, message, retry_after: retryAfter, details });
  }

  private lost(code = 1006): void {
    this.live(() => {
      this.stop.abort();
      this.events.closed(code, "no answer over HTTP");
    });
  }

  /** A page of catching up was answered; after the last one, waiting begins. */
  private follow(held: Record<string, number>, page: InboxPage): void {
    this.positions = { ...held, ...this.positions };
    this.moved(page);
    if (page.next || this.polling) return;
    this.polling = true;
    void this.poll();
  }

  private moved({ states, gone = [] }: Partial<InboxPage>): void {
    for (const { conversation, head_seq = 0 } of states ?? []) this.positions[conversation] = head_seq;
    for (const conversation of gone) delete this.positions[conversation];
  }

  private async poll(): Promise<void> {
    let cursor = "";
    while (!this.stop.signal.aborted) {
      const body = { positions: this.positions, cursor, wait: WAIT_SECONDS };
      let page: Partial<InboxPage>;
      const began = this.clock.now();
      try {
        page = await this.polls.ask("", { method: "POST", body, signal: this.stop.signal, tries: 1 });
      } catch (cause) {
        const error = cause instanceof ParleyError ? cause : new ParleyError("internal", String(cause));
        if (error.code === "unauthenticated" || error.code === "device_revoked") return this.lost(4401);
        if (error.code === "rate_limited" || error.code === "unavailable") {
          await this.pause((error.retryAfter || 2) * 1000);
          continue;
        }
        return this.lost();
      }
      this.take(page);
      cursor = page.next ?? "";
      const idle = (page.states ?? []).length === 0 && this.clock.now() - began < PAUSE_MS;
      if (idle) await this.pause(PAUSE_MS);
    }
  }

  /** What moved, as a socket would tell it: the entries, and where each conversation's end is now. */
  private take(page: Partial<InboxPage>): void {
    const events = (page.deltas ?? []).flatMap((delta) => delta.events ?? []);
    if (events.length > 0) this.tell({ type: "events", events });
    const heads = Object.fromEntries((page.states ?? []).map(({ conversation, head_seq = 0 }) => [conversation, head_seq]));
    this.moved(page);
    this.tell({ type: "ping", heads });
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.clock.after(ms, resolve));
  }
}
