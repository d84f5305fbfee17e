/**
 * One conversation for the widget's view: the kit's core client with a token, without a cookie of the server.
 */

import { browserClock, strongRandom } from "@parley/sdk/clock";
import { webSocketTransport } from "@parley/sdk/websocket";
import {
  Client,
  memoryStorage,
  type Cancel,
  type ConversationState,
  type Person,
  type Report,
  type TimelineStore,
} from "@parley/sdk";

export interface WidgetOptions {
  /** Address of the Parley server, for instance "https://im.example.com". */
  readonly server: string;
  /** A token of the person who is signed in on this page; `renew`: the last one was refused. */
  readonly token: (renew: boolean) => Promise<string>;
  /** The conversation to show… */
  readonly conversation?: number;
  /** …or the person to talk with. */
  readonly user?: number;
  /** A language tag; the page's own when left out. */
  readonly language?: string;
  readonly theme?: "auto" | "light" | "dark";
  /** Where to put the widget; the end of the body when left out. */
  readonly parent?: HTMLElement;
  readonly report?: Report;
}

/** Where a bound view reads. `conversation` is 0 until it is known. */
export class Talk {
  readonly client: Client;
  conversation = 0;
  private readonly options: WidgetOptions;
  private readonly listeners = new Set<() => void>();
  private readonly stops: Cancel[] = [];
  private timeline: TimelineStore | null = null;
  private looking = false;

  constructor(options: WidgetOptions) {
    this.options = options;
    const { client, stop } = makeClient(options, () => this.tell());
    this.client = client;
    this.stops.push(stop, client.synced.on(() => void this.find()));
    for (const store of [client.inbox, client.people, client.typing, client.receipts]) this.follow(store);
    this.stops.push(client.connection.states.on(() => this.tell()));
  }

  /** Calls `listener` after each change. */
  subscribe(listener: () => void): Cancel {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  get row(): ConversationState | undefined {
    return this.client.inbox.get(this.conversation);
  }

  get window(): TimelineStore | null {
    return this.timeline;
  }

  person(user: number): Person | undefined {
    const known = this.client.people.getSnapshot().get(user);
    if (known === undefined) this.client.people.want([user]);
    return known;
  }

  /** The panel is open: the newest messages are wanted, and the server sends everything. */
  look(): void {
    this.looking = true;
    if (this.conversation > 0) this.client.open(this.conversation);
  }

  lookAway(): void {
    this.looking = false;
    if (this.conversation > 0) this.client.close(this.conversation);
  }

  say(text: string): void {
    this.client.send({ conversation: this.conversation, body: { text } });
  }

  /** Everything up to the newest message was seen. */
  read(): void {
    const row = this.row;
    if (row !== undefined) this.client.markRead(row.conversation, row.last_number);
  }

  stop(): void {
    for (const each of this.stops) each();
    this.client.stop();
  }

  private async find(): Promise<void> {
    if (this.conversation > 0) return;
    const { conversation = 0, user = 0 } = this.options;
    try {
      this.conversation = user > 0 ? (await this.client.openDirect(user)).conversation : conversation;
    } catch (cause) {
      this.options.report?.("the conversation could not be opened", cause);
      return;
    }
    this.timeline = this.client.timeline(this.conversation);
    this.follow(this.timeline);
    if (this.looking) this.look();
    this.tell();
  }

  private follow(store: { subscribe(listener: () => void): Cancel }): void {
    this.stops.push(store.subscribe(() => this.tell()));
  }

  private tell(): void {
    for (const each of this.listeners) each();
  }
}

function makeClient({ server, token, report }: WidgetOptions, looked: () => void): { readonly client: Client; readonly stop: Cancel } {
  const url = `${server.replace(/^http/, "ws").replace(/\/$/, "")}/ws/v1/`;
  const client = new Client({
    transport: webSocketTransport(url),
    storage: memoryStorage(),
    clock: browserClock,
    random: Math.random,
    keyRandom: strongRandom,
    token,
    client: "parley-widget/0.1",
    ...(report ? { report } : {}),
  });
  const online = (): void => client.connection.setNetwork(true);
  const offline = (): void => client.connection.setNetwork(false);
  const seen = (): void => {
    client.setHidden(document.hidden);
    looked();
  };
  addEventListener("online", online);
  addEventListener("offline", offline);
  document.addEventListener("visibilitychange", seen);
  const stop = (): void => {
    removeEventListener("online", online);
    removeEventListener("offline", offline);
    document.removeEventListener("visibilitychange", seen);
  };
  return { client, stop };
}
