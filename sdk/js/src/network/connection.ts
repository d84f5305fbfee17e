/**
 * Keeps one welcomed socket to the server: opens, says hello, answers heartbeats, notices silence, comes back.
 *
 * Knows nothing of conversations. What it carries goes up through `frames`; what it is goes out through `states`.
 */

import { BadFrame, decode, encode } from "../codec.ts";
import { ParleyError, verdictOn, type Verdict } from "../errors.ts";
import type { Cancel, Clock, Random, Report, Socket, Transport } from "../ports.ts";
import { Signal } from "../signal.ts";
import { HEARTBEAT_GRACE_SECONDS, VERSION, type Failed, type Frame, type ServerFrame, type Welcome } from "../wire.ts";
import { delayBefore } from "./backoff.ts";

/**
 * idle: not started. connecting: a socket is being opened. online: welcomed. waiting: will try again at `retryAt`.
 * offline: the same, while the machine says it has no network. closed: will not try again by itself.
 */
export type ConnectionState = "idle" | "connecting" | "online" | "waiting" | "offline" | "closed";

export interface ConnectionSnapshot {
  readonly state: ConnectionState;
  /** When the next attempt starts (ms), 0 when none is planned. */
  readonly retryAt: number;
  /** Since when there is no welcomed socket (ms), 0 while online. */
  readonly troubleSince: number;
  /** Close code of the last socket, 0 before any. */
  readonly code: number;
  readonly reason: string;
}

export type Token = string | { readonly token: string; readonly expiresAt: number };

export interface ConnectionOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly report: Report;
  /** Name and version for the device list. */
  readonly client: string;
  /**
   * A token, when no cookie says who this is. `renew`: the last one was refused, or is about to end. With the time of
   * its end (ms), the next one is asked for in time and handed over on the open socket.
   */
  readonly token?: (renew: boolean) => Promise<Token>;
}

/** From opening the socket to `welcome`. */
const CONNECT_MS = 10_000;
/** A connection has to hold this long before failed attempts are forgotten. */
const STABLE_MS = 10_000;
/** For an answer to a probe after the machine woke up or changed its network. */
const PROBE_MS = 4_000;
/** Before coming back to a server that said "too fast" and the like. */
const PAUSE_MS = 5_000;
/** A new token is handed over this long before the old one ends. */
const RENEW_BEFORE_MS = 60_000;
/** Codes of ours for sockets that this side gives up; browsers allow 3000–4999. */
const GIVEN_UP = 3000;

const HELLO_VERDICTS: Readonly<Record<string, Verdict>> = {
  unauthenticated: "final",
  bad_credentials: "final",
  device_revoked: "final",
  origin_refused: "final",
  unsupported_version: "final",
  token_expired: "renew",
  rate_limited: "later",
};

export class Connection {
  readonly states: Signal<ConnectionSnapshot>;
  readonly welcomes: Signal<Welcome>;
  /** Every frame after `welcome`, heartbeats included. */
  readonly frames: Signal<ServerFrame>;
  welcome: Welcome | null = null;

  private readonly options: ConnectionOptions;
  private snapshot: ConnectionSnapshot = { state: "idle", retryAt: 0, troubleSince: 0, code: 0, reason: "" };
  private socket: Socket | null = null;
  /** Grows with each socket, so that a late word from an old one is not taken for the new one's. */
  private generation = 0;
  private attempt = 0;
  private ids = 0;
  private helloId = 0;
  private networkUp = true;
  private renew = false;
  private expiresAt = 0;
  private readonly timers: Record<"retry" | "connect" | "silence" | "stable" | "probe" | "renewal", Cancel | null> = {
    retry: null,
    connect: null,
    silence: null,
    stable: null,
    probe: null,
    renewal: null,
  };

  constructor(options: ConnectionOptions) {
    this.options = options;
    this.states = new Signal(options.report);
    this.welcomes = new Signal(options.report);
    this.frames = new Signal(options.report);
  }

  getSnapshot(): ConnectionSnapshot {
    return this.snapshot;
  }

  get online(): boolean {
    return this.snapshot.state === "online";
  }

  /** A fresh request id. */
  nextId(): number {
    return ++this.ids;
  }

  /** Starts, or tries again at once whatever was planned. */
  connect(): void {
    const { state } = this.snapshot;
    if (state === "online" || state === "connecting") return;
    if (state === "idle" || state === "closed") this.attempt = 0;
    void this.open();
  }

  /** Stops for good, until `connect` is called. */
  disconnect(reason = "goodbye"): void {
    this.drop(1000, reason);
    this.move({ state: "closed", retryAt: 0, code: 1000, reason });
  }

  /** False when there is no welcomed socket; the frame is then not kept. */
  send(frame: Frame): boolean {
    if (!this.online || this.socket === null) return false;
    this.socket.send(encode(frame));
    return true;
  }

  /** The machine woke up, its network changed, or a request got no answer: find out now whether the socket lives. */
  probe(): void {
    const { state } = this.snapshot;
    if (state === "waiting" || state === "offline") this.connect();
    if (state !== "online" || this.timers.probe !== null) return;
    this.send({ type: "ping", id: this.nextId() });
    this.start("probe", PROBE_MS, () => this.lost(GIVEN_UP, "no answer to a probe"));
  }

  /** What the machine says about its network. It is only a hint: localhost works without any. */
  setNetwork(up: boolean): void {
    this.networkUp = up;
    if (this.snapshot.state === "waiting" || this.snapshot.state === "offline") {
      if (up) this.connect();
      else this.move({ state: "offline" });
    } else this.probe();
  }

  private async open(): Promise<void> {
    this.drop(1000, "replaced");
    const generation = ++this.generation;
    this.move({ state: "connecting", retryAt: 0 });
    this.start("connect", CONNECT_MS, () => this.lost(GIVEN_UP, "no welcome in time"));
    let token = "";
    try {
      token = await this.fresh(this.renew);
    } catch (cause) {
      this.options.report("no token", cause);
      if (generation === this.generation) this.lost(GIVEN_UP, "no token");
      return;
    }
    if (generation !== this.generation) return;
    this.renew = false;
    const current = (run: () => void): void => {
      if (generation === this.generation) run();
    };
    this.socket = this.options.transport.open({
      opened: () => current(() => this.hello(token)),
      received: (text) => current(() => this.received(text)),
      closed: (code, reason) => current(() => this.lost(code, reason)),
    });
  }

  /** Hands a fresh token over on the open socket; when that fails, the server closes it in its time. */
  async renewToken(): Promise<void> {
    const generation = this.generation;
    try {
      const token = await this.fresh(true);
      if (generation !== this.generation || !this.online) return;
      this.send({ type: "session.renew", id: this.nextId(), token });
      this.planRenewal();
    } catch (cause) {
      this.options.report("no fresh token", cause);
    }
  }

  private async fresh(renew: boolean): Promise<string> {
    const given = (await this.options.token?.(renew)) ?? "";
    this.expiresAt = typeof given === "string" ? 0 : given.expiresAt;
    return typeof given === "string" ? given : given.token;
  }

  private planRenewal(): void {
    if (this.expiresAt === 0) return;
    const wait = Math.max(RENEW_BEFORE_MS / 2, this.expiresAt - RENEW_BEFORE_MS - this.options.clock.now());
    this.start("renewal", Math.min(wait, 2 ** 31 - 1), () => void this.renewToken());
  }

  private hello(token: string): void {
    this.helloId = this.nextId();
    const hello = { type: "hello", id: this.helloId, version: VERSION, client: this.options.client } as const;
    this.socket?.send(encode(token ? { ...hello, token } : hello));
  }

  private received(text: string): void {
    let frame: ServerFrame | undefined;
    try {
      frame = decode(text);
    } catch (cause) {
      if (!(cause instanceof BadFrame)) throw cause;
      this.options.report("a frame that does not fit the protocol", cause);
    }
    this.stop("probe");
    if (this.online) this.listen();
    if (frame === undefined) return;
    if (frame.type === "welcome") this.welcomed(frame);
    else if (frame.type === "error" && frame.id === this.helloId && !this.online) this.refused(frame);
    else if (this.online) {
      if (frame.type === "ping") this.send({ type: "pong" });
      this.frames.emit(frame);
    }
  }

  private welcomed(welcome: Welcome): void {
    this.welcome = welcome;
    this.stop("connect");
    this.start("stable", STABLE_MS, () => (this.attempt = 0));
    this.listen();
    this.planRenewal();
    this.move({ state: "online", retryAt: 0, troubleSince: 0, code: 0, reason: "" });
    this.welcomes.emit(welcome);
  }

  private refused(failed: Failed): void {
    const error = ParleyError.from(failed);
    this.after(HELLO_VERDICTS[error.code] ?? "again", 0, `${error.code}: ${error.message}`);
  }

  /** Any frame is a sign of life; silence for a heartbeat and its grace is not. */
  private listen(): void {
    const seconds = (this.welcome?.heartbeat ?? 20) + HEARTBEAT_GRACE_SECONDS;
    this.start("silence", seconds * 1000, () => this.lost(GIVEN_UP, "silence"));
  }

  private lost(code: number, reason: string): void {
    this.after(verdictOn(code), code, reason);
  }

  private after(verdict: Verdict, code: number, reason: string): void {
    this.drop(GIVEN_UP, reason);
    if (verdict === "final") {
      this.move({ state: "closed", retryAt: 0, code, reason });
      return;
    }
    this.renew = verdict === "renew";
    if (this.renew && this.options.token === undefined) {
      this.move({ state: "closed", retryAt: 0, code, reason });
      return;
    }
    const { clock, random } = this.options;
    const delay = delayBefore(this.attempt++, random) + (verdict === "later" ? PAUSE_MS : 0);
    this.start("retry", delay, () => void this.open());
    this.move({ state: this.networkUp ? "waiting" : "offline", retryAt: clock.now() + delay, code, reason });
  }

  /** Forgets the socket, if there is one, and every timer. */
  private drop(code: number, reason: string): void {
    this.generation++;
    for (const name of Object.keys(this.timers) as (keyof typeof this.timers)[]) this.stop(name);
    const socket = this.socket;
    this.socket = null;
    try {
      socket?.close(code, reason.slice(0, 100));
    } catch (cause) {
      this.options.report("closing a socket failed", cause);
    }
  }

  private start(name: keyof typeof this.timers, ms: number, run: () => void): void {
    this.timers[name]?.();
    this.timers[name] = this.options.clock.after(ms, () => {
      this.timers[name] = null;
      run();
    });
  }

  private stop(name: keyof typeof this.timers): void {
    this.timers[name]?.();
    this.timers[name] = null;
  }

  private move(change: Partial<ConnectionSnapshot>): void {
    const before = this.snapshot;
    const started = before.state === "idle" ? this.options.clock.now() : before.troubleSince;
    const troubleSince = before.state === "online" ? this.options.clock.now() : started;
    this.snapshot = { ...before, troubleSince, ...change };
    if (this.snapshot.state !== "online") this.welcome = null;
    this.states.emit(this.snapshot);
  }
}
