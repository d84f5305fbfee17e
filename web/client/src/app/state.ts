/** What all screens share: the client, its stores as signals, and what the user is looking at. */

import { computed, signal, type ReadonlySignal } from "@preact/signals";
import { createBrowserClient, type ConnectionSnapshot, type Store } from "@parley/sdk/browser";
import type { Page } from "./page.ts";

export const page = signal<Page>({ user: 0, username: "", name: "", otherName: "", language: "en", staff: false });

export type Client = ReturnType<typeof createBrowserClient>;
export type Preferences = Parameters<Client["prefer"]>[1];

let made: Client | undefined;

/** The one client of this page. */
export function client(): Client {
  if (made === undefined) throw new Error("the client is not made yet");
  return made;
}

function follow<T>(store: Store<T>, into: { value: T }): void {
  into.value = store.getSnapshot();
  store.subscribe(() => (into.value = store.getSnapshot()));
}

type Stores = Client["inbox" | "people" | "presence" | "typing" | "receipts" | "threads" | "drafts"];
type Shot<S extends Stores> = ReturnType<S["getSnapshot"]>;

export const inbox = signal<Shot<Client["inbox"]>>({ ready: false, rows: [], unread: 0 });
export const people = signal<Shot<Client["people"]>>(new Map());
/** Whether the page says that there is no connection. Nobody knows then who is there. */
export const troubled = signal(false);
const heard = signal<Shot<Client["presence"]>>(new Map());
const UNHEARD: Shot<Client["presence"]> = new Map();
export const presence: ReadonlySignal<Shot<Client["presence"]>> = computed(() => (troubled.value ? UNHEARD : heard.value));
export const typing = signal<Shot<Client["typing"]>>(new Map());
export const receipts = signal<Shot<Client["receipts"]>>(new Map());
export const threads = signal<Shot<Client["threads"]>>({ ready: false, threads: [], more: false, unread: 0 });
export const connection = signal<ConnectionSnapshot>({ state: "idle", retryAt: 0, troubleSince: 0, code: 0, reason: "" });

/** The open conversation, 0 for none. */
export const selected = signal(0);
/** The message to go to in the open conversation, 0 for none. */
export const target = signal(0);
/** Unsent words per conversation, those of its threads left out; kept and synced by the kit. */
const written = signal<Shot<Client["drafts"]>>(new Map());
export const drafts: ReadonlySignal<ReadonlyMap<number, string>> = computed(
  () => new Map([...written.value.values()].filter(({ thread_root }) => thread_root === 0).map(({ conversation, text }) => [conversation, text])),
);

export { dialog, pane, showCard, type Dialog, type Pane } from "./layers.ts";

/** For the live region: what a person who does not see the screen should hear. */
export const announcement = signal("");

export const row = computed(() => inbox.value.rows.find(({ conversation }) => conversation === selected.value));
export const me: ReadonlySignal<number> = computed(() => page.value.user);

/** Makes the client for the person of this page and connects it. */
export function begin(of: Page): Client {
  page.value = of;
  made = createBrowserClient({
    database: `parley-${of.user}`,
    client: "parley-web/0.1",
    report: (what, cause) => console.debug("parley:", what, cause),
  });
  follow(made.inbox, inbox);
  follow(made.people, people);
  follow(made.presence, heard);
  follow(made.typing, typing);
  follow(made.receipts, receipts);
  follow(made.threads, threads);
  follow(made.drafts, written);
  made.connection.states.on((state) => (connection.value = state));
  made.inbox.me = of.user;
  made.people.want([of.user]);
  return made;
}

export function setDraft(conversation: number, text: string): void {
  if ((client().drafts.get(conversation)?.text ?? "") === text) return;
  if (text) client().drafts.set(conversation, text);
  else client().drafts.clear(conversation);
}
