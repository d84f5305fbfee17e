/** The HTTP door over the tables of the fake server: the user's own things, pins, uploads, and what a poll needs. */

import type { Http, HttpAnswer, HttpAsk } from "../src/ports.ts";
import type { Clock } from "../src/ports.ts";
import type { FakeServer } from "./server.ts";

type Loose = Record<string, unknown>;
type Handler = (match: RegExpMatchArray, ask: HttpAsk, body: Loose, query: URLSearchParams) => unknown;

/** Raised by a handler. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly after: number;

  constructor(status: number, code: string, after = 0) {
    super(code);
    this.status = status;
    this.code = code;
    this.after = after;
  }
}

export class FakeDoor {
  /** Requests by "METHOD path", in order. */
  readonly asked: string[] = [];
  /** Answers to give instead: "METHOD path" → refusals, used up in order. */
  readonly refusals = new Map<string, Refusal[]>();
  readonly uploads = new Map<string, { size: number; bytes: number[]; name: string }>();
  up = true;
  /** Milliseconds from what is done to its answer; and whether answers are lost on their way. */
  answersAfter = 0;
  losesAnswers = false;
  private readonly server: FakeServer;
  private readonly clock: Clock;
  private readonly user: number;

  constructor(server: FakeServer, clock: Clock, user: number) {
    this.server = server;
    this.clock = clock;
    this.user = user;
  }

  readonly http: Http = (ask) =>
    new Promise((resolve, reject) => {
      ask.signal?.addEventListener("abort", () => reject(new Error("aborted")));
      this.clock.after(4, () => {
        if (!this.up || !this.server.up) reject(new Error("no route"));
        else void this.answer(ask).then((answer) => this.clock.after(this.answersAfter, () => this.losesAnswers ? reject(new Error("lost")) : resolve(answer)), reject);
      });
    });

  private async answer(ask: HttpAsk): Promise<HttpAnswer> {
    const url = new URL(ask.url, "http://parley");
    const path = url.pathname.replace("/api/v1/", "");
    const name = `${ask.method} ${path}`;
    this.asked.push(name);
    try {
      const refusal = this.refusals.get(name)?.shift();
      if (refusal) throw refusal;
      const body = typeof ask.body === "string" ? (JSON.parse(ask.body) as Loose) : {};
      for (const [route, handler] of this.routes) {
        const match = name.match(route);
        if (match) return answered(200, await handler(match, ask, body, url.searchParams));
      }
      throw new Refusal(404, "not_found");
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      return answered(cause.status, { code: cause.code, detail: cause.code }, cause.after);
    }
  }

  private readonly routes: readonly (readonly [RegExp, Handler])[] = [
    [/^PUT conversations\/(\d+)\/preferences$/, ([, id], _, body) => this.server.prefer(Number(id), this.user, body)],
    [/^PUT conversations\/(\d+)\/draft$/, ([, id], _, body) => this.server.draft(Number(id), this.user, body)],
    [/^GET me\/drafts$/, () => this.server.drafts(this.user)],
    [/^GET me\/settings$/, () => this.server.settings(this.user)],
    [
      /^PUT me\/settings\/(\w+)$/,
      ([, name], _, body) => this.server.own(this.user, "setting.changed", { name, value: body.value }),
    ],
    [
      /^(PUT|DELETE) conversations\/(\d+)\/messages\/(\d+)\/saved$/,
      ([, method, id, seq]) =>
        this.server.own(this.user, "saved.changed", { target: Number(id), message: Number(seq), saved: method === "PUT" }),
    ],
    [/^GET saved$/, () => ({ messages: this.server.saved(this.user) })],
    [
      /^(PUT|DELETE) conversations\/(\d+)\/messages\/(\d+)\/pin$/,
      ([, method, id, seq]) => this.server.pin(Number(id), this.user, Number(seq), method === "PUT"),
    ],
    [/^GET conversations\/(\d+)\/pins$/, ([, id]) => ({ messages: this.server.pinned(Number(id)) })],
    [/^GET threads$/, () => ({ threads: [] })],
    [/^GET me$/, () => this.server.me(this.user)],
    [/^POST sync$/, (_, __, body) => this.ask("inbox.sync", body)],
    [/^POST \/poll\/v1\/$/, (_, __, body) => this.poll(body)],
    [
      /^POST conversations\/(\d+)\/messages$/,
      ([, id], _, body) => this.ask("message.send", { ...body, conversation: Number(id) }),
    ],
    [
      /^DELETE conversations\/(\d+)\/messages\/(\d+)$/,
      ([, id, target], { headers }) =>
        this.ask("message.recall", { conversation: Number(id), target: Number(target), client_key: headers["Idempotency-Key"] }),
    ],
    [/^POST conversations\/(\d+)\/read$/, ([, id], _, body) => this.ask("receipt.mark", { ...body, conversation: Number(id) })],
    [
      /^GET conversations\/(\d+)\/(messages|entries)$/,
      ([, id, what], _, __, query) => {
        const numbers = Object.fromEntries([...query].map(([name, value]) => [name, Number(value)]));
        return this.ask(what === "entries" ? "timeline.sync" : "timeline.history", { ...numbers, conversation: Number(id) });
      },
    ],
    [/^GET users\/(\d+)$/, ([, id]) => ({ id: Number(id), username: `u${id}`, name: `U${id}` })],
    [/^POST uploads$/, (_, __, body) => this.begin(body)],
    [/^GET uploads\/(\w+)$/, ([, id = ""]) => this.state(id)],
    [/^PATCH uploads\/(\w+)$/, ([, id = ""], ask) => this.chunk(id, ask)],
    [/^POST uploads\/(\w+)\/complete$/, ([, id = ""]) => this.complete(id)],
    [/^DELETE uploads\/(\w+)$/, ([, id = ""]) => void this.uploads.delete(id)],
  ];

  private ask(type: string, body: Loose): Loose {
    return this.server.ask(this.user, { ...body, type });
  }

  /** Waits until the inbox has something to say. */
  private async poll(body: Loose): Promise<Loose> {
    for (let waited = 0; ; waited += 50) {
      const page = this.ask("inbox.sync", body);
      const { states, gone } = page as { states: unknown[]; gone: unknown[] };
      if (states.length > 0 || gone.length > 0 || waited >= (body.wait as number) * 1000) return page;
      await new Promise<void>((resolve) => void this.clock.after(50, resolve));
      if (!this.server.up) throw new Refusal(503, "unavailable", 1);
    }
  }

  private begin(body: Loose): Loose {
    const upload = `u${this.uploads.size + 1}`;
    this.uploads.set(upload, { size: body.size as number, bytes: [], name: body.name as string });
    return this.state(upload);
  }

  private state(upload: string): Loose {
    const found = this.uploads.get(upload);
    if (!found) throw new Refusal(404, "not_found");
    return { upload, offset: found.bytes.length, chunk: 400_000 };
  }

  private async chunk(upload: string, ask: HttpAsk): Promise<Loose> {
    const found = this.uploads.get(upload);
    if (!found) throw new Refusal(404, "not_found");
    if (Number(ask.headers["Upload-Offset"]) !== found.bytes.length) throw new Refusal(409, "conflict");
    for (const byte of new Uint8Array(await (ask.body as Blob).arrayBuffer())) found.bytes.push(byte);
    return this.state(upload);
  }

  private complete(upload: string): Loose {
    const found = this.uploads.get(upload);
    if (!found || found.bytes.length !== found.size) throw new Refusal(409, "conflict");
    return { id: `file-${upload}`, name: found.name, media_type: "text/plain", size: found.size };
  }
}

function answered(status: number, body: unknown, after = 0): HttpAnswer {
  const text = body === undefined ? undefined : JSON.stringify(body);
  return {
    status: text === undefined ? 204 : status,
    header: (name) => (name === "Retry-After" && after ? String(after) : ""),
    json: async () => (text === undefined ? undefined : (JSON.parse(text) as unknown)),
  };
}
