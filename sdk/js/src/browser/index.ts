/**
 * The ports bound to a browser: WebSocket, IndexedDB, timers, and what the page hears about its network.
 */

import { FullClient } from "../full.ts";
import type { Token } from "../network/connection.ts";
import { pollTransport, withFallback } from "../poll/index.ts";
import type { Report } from "../ports.ts";
import { browserClock, strongRandom } from "./clock.ts";
import { fetchHttp } from "./http.ts";
import { broadcastChannel, webLock } from "./tabs.ts";
import { indexedStorage } from "./indexeddb.ts";
import { webSocketTransport } from "./websocket.ts";

export * from "../index.ts";
export * from "../extras.ts";
export { broadcastChannel, browserClock, strongRandom, fetchHttp, indexedStorage, webLock, webSocketTransport };

export interface BrowserOptions {
  /** The socket's address; by default `/ws/v1/` of this page's server. */
  readonly url?: string;
  /** Name of the local database; one per user. */
  readonly database: string;
  readonly client?: string;
  readonly report?: Report;
  readonly token?: (renew: boolean) => Promise<Token>;
}

/** A client that lives in a page. Call `start` on it. */
export function createBrowserClient(options: BrowserOptions): FullClient {
  const { url = defaultUrl(), database, ...rest } = options;
  const http = fetchHttp();
  const poll = pollTransport({ http, clock: browserClock });
  const client = new FullClient({
    ...rest,
    transport: withFallback({ first: webSocketTransport(url), second: poll, clock: browserClock }),
    http,
    cache: true,
    tabs: { name: database, lock: webLock, channel: broadcastChannel(database) },
    storage: indexedStorage(database),
    clock: browserClock,
    random: Math.random,
    keyRandom: strongRandom,
  });
  watch(client);
  return client;
}

function defaultUrl(): string {
  return `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/ws/v1/`;
}

/** Sleeping laptops and changed networks are noticed by these events long before a time limit would. */
function watch(client: FullClient): void {
  addEventListener("online", () => client.connection.setNetwork(true));
  addEventListener("offline", () => client.connection.setNetwork(false));
  addEventListener("pagehide", () => client.leavePage());
  addEventListener("pageshow", (event) => event.persisted && client.connection.probe());
  document.addEventListener("visibilitychange", () => {
    client.setHidden(document.hidden);
    if (document.hidden) void client.cache?.flush();
  });
}
