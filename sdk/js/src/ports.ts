/**
 * What the kit needs from outside: time, chance, a socket, a place to keep things. Nothing here touches a global;
 * `browser/` binds these to the real things and the tests bind them to a simulation.
 */

/** Cancels what it was returned for. */
export type Cancel = () => void;

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `run` once after `ms` milliseconds. */
  after(ms: number, run: () => void): Cancel;
}

/** A number from 0 up to, but not including, 1. */
export type Random = () => number;

/** What a transport tells about its socket. Nothing is told after `closed`. */
export interface SocketEvents {
  opened(): void;
  received(text: string): void;
  closed(code: number, reason: string): void;
}

export interface Socket {
  send(text: string): void;
  close(code: number, reason: string): void;
}

/** Opens sockets. One of these per way to reach the server. */
export interface Transport {
  open(events: SocketEvents): Socket;
}

/** A small key-value place that survives a reload. Values are structured-cloneable. */
export interface Storage {
  put(key: string, value: unknown): Promise<void>;
  remove(key: string): Promise<void>;
  /** Several changes at once, all or none: what to put, and which keys to remove. */
  write(puts: readonly (readonly [string, unknown])[], removes?: readonly string[]): Promise<void>;
  /** Every pair whose key starts with `prefix`, in the order of keys. */
  list(prefix: string): Promise<readonly (readonly [string, unknown])[]>;
  clear(): Promise<void>;
}

/** One HTTP request of the kit. `url` is a path of the server. */
export interface HttpAsk {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Blob | FormData;
  readonly signal?: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  header(name: string): string;
  /** The body as JSON; rejects when it is none. */
  json(): Promise<unknown>;
}

/** Rejects only when there was no answer at all. Adds whatever says who asks: cookie and CSRF token, or a bearer token. */
export type Http = (ask: HttpAsk) => Promise<HttpAnswer>;

/** A lock that one page of this origin holds at a time; it is let go of when the page closes. */
export interface Lock {
  /** Calls `granted` when this page holds `name`; cancelling gives it back, or stops waiting. */
  request(name: string, granted: () => void): Cancel;
}

/** Reaches the other pages of this origin. */
export interface Channel {
  post(message: unknown): void;
  listen(hear: (message: unknown) => void): Cancel;
}

/** Hears of things that went wrong but were survived. */
export type Report = (what: string, cause: unknown) => void;

/** A storage that lasts as long as the object. */
export function memoryStorage(): Storage {
  const kept = new Map<string, unknown>();
  return {
    put: async (key, value) => void kept.set(key, value),
    remove: async (key) => void kept.delete(key),
    async write(puts, removes = []) {
      for (const [key, value] of puts) kept.set(key, value);
      for (const key of removes) kept.delete(key);
    },
    list: async (prefix) => [...kept].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1)),
    clear: async () => kept.clear(),
  };
}
