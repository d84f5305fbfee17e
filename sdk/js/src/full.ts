/**
 * The client with everything that concerns the user alone: HTTP door, drafts, saved messages, settings, pins, threads.
 */

import { Cache, type CacheSource } from "./cache/cache.ts";
import { Client, type ClientOptions } from "./client.ts";
import { createApi, type Api } from "./http/api.ts";
import type { Wish } from "./http/conversations.ts";
import type { Entry } from "./link/stream.ts";
import { DraftStore } from "./own/drafts.ts";
import type { Parts } from "./own/parts.ts";
import { PinStore } from "./own/pins.ts";
import { SavedStore } from "./own/saved.ts";
import { SettingsStore } from "./own/settings.ts";
import { ThreadStore } from "./own/threads.ts";
import type { Channel, Http, Lock } from "./ports.ts";
import { preferenceOf, type Preference } from "./stores/inbox.ts";
import { Tabs } from "./tabs/tabs.ts";
import { Uploads } from "./uploads/uploads.ts";
import type { AnyEvent } from "./wire.ts";

export interface FullOptions extends ClientOptions {
  readonly http: Http;
  /** Keep what was read, so that the next page opens at once and without a network. */
  readonly cache?: boolean;
  /** For one leader among the pages of a browser; without it this client leads. */
  readonly tabs?: { readonly name: string; readonly lock: Lock; readonly channel: Channel };
}

export class FullClient extends Client {
  /** The HTTP door. */
  readonly api: Api;
  readonly drafts: DraftStore;
  readonly saved: SavedStore;
  readonly settings: SettingsStore;
  readonly pins: PinStore;
  readonly threads: ThreadStore;
  readonly uploads: Uploads;
  readonly tabs: Tabs | null;
  readonly cache: Cache | null;
  /** Whether the user's own things were read in whole since the client was made or entries were passed over. */
  private held = false;

  constructor(options: FullOptions) {
    super(options);
    const { http, clock, random, storage } = options;
    this.api = createApi({ http, clock, random: options.keyRandom ?? random });
    const parts: Parts = { api: this.api, pace: this.pace, clock, storage, report: this.report };
    this.drafts = new DraftStore(parts);
    this.saved = new SavedStore(parts);
    this.settings = new SettingsStore(parts);
    this.threads = new ThreadStore(parts);
    this.pins = new PinStore(parts, (conversation, seq) => this.timeline(conversation).find(seq));
    this.uploads = new Uploads({ ...parts, random: options.keyRandom ?? random });
    this.tabs = options.tabs ? new Tabs({ ...options.tabs, report: this.report }) : null;
    this.cache = options.cache ? new Cache({ storage, clock, report: this.report, source: this.source() }) : null;
    this.events.on((event) => this.heard(event));
    this.synced.on(() => void this.caughtUp());
    this.jumps.on((conversation) => this.passedOver(conversation));
    this.departures.on((conversation) => {
      this.drafts.forget(conversation);
      this.pins.forget(conversation);
    });
    for (const store of [this.inbox, this.people, this.settings]) store.subscribe(() => this.cache?.note());
    this.tabs?.led.on(() => void this.lead());
    this.tabs?.on("left", () => void (this.tabs?.leader && this.lead()));
  }

  /** Shows what is kept, takes up what was not sent, and connects. */
  override async start(): Promise<void> {
    try {
      await Promise.all([this.cache?.restore(), this.drafts.restore()]);
    } catch (cause) {
      this.report("what was kept could not be read", cause);
    }
    if (this.tabs === null) await this.lead();
    else this.tabs.start();
    this.connection.connect();
  }

  /** The page is about to go: keeps what is not kept yet, and leaves what is not sent to another page. */
  leavePage(): void {
    void this.cache?.flush();
    this.tabs?.tell("left");
  }

  protected override async prepare(conversation: number): Promise<void> {
    const timeline = this.timeline(conversation);
    if (this.cache === null || timeline.loaded) return;
    try {
      const kept = await this.cache.talk(conversation);
      if (kept) timeline.restore(kept.events, kept.hasOlder, kept.position);
    } catch (cause) {
      this.report("what was kept of a conversation could not be read", cause);
    }
  }

  protected override windowLoaded(conversation: number): void {
    this.cache?.note(conversation);
  }

  /** This page leads: what earlier pages left unsent is its to send. */
  private async lead(): Promise<void> {
    try {
      await Promise.all([this.outbox.restore(), this.uploads.restore()]);
    } catch (cause) {
      this.report("the outbox could not be read", cause);
    }
  }

  private source(): CacheSource {
    return {
      self: () => ({
        ...{ me: this.me, personal: this.intake.personal, marks: this.marks.list() },
        settings: this.settings.getSnapshot().values,
      }),
      rows: () =>
        this.inbox.states().map((state) => {
          return { state, position: this.streams.get(state.conversation)?.position ?? state.head_seq };
        }),
      people: () => this.people.getSnapshot(),
      talk: (conversation) => {
        const segment = this.timeline(conversation).live();
        const stream = this.streams.get(conversation);
        return segment && stream && { segment, position: stream.position };
      },
      restore: ({ self, rows, people }) => {
        this.inbox.me = this.timelines.me = this.threads.me = self.me;
        this.intake.personal = self.personal;
        this.settings.restore(self.settings);
        this.people.restore(people);
        for (const { state, position } of rows) {
          this.streams.start(state.conversation, position).lazy = state.large;
          this.inbox.put(state);
        }
        if (rows.length > 0) this.inbox.setReady();
        for (const [conversation, number] of self.marks) this.marks.note(conversation, number);
      },
    };
  }

  /** How the user treats a conversation. Seen at once; taken back and rejected when the server refuses it. */
  async prefer(conversation: number, wish: Wish): Promise<void> {
    const row = this.inbox.get(conversation);
    if (row === undefined) return;
    const before = preferenceOf(row);
    const told = this.inbox.toldOf(conversation);
    const { starred, ...rest } = wish;
    const stars = starred === undefined ? {} : { starred_at: starred ? row.starred_at || this.options.clock.now() : 0 };
    this.inbox.prefer(conversation, { ...rest, ...stars } as Partial<Preference>, 0);
    try {
      await this.api.prefer(conversation, wish);
    } catch (cause) {
      // Not when it was told meanwhile: the answer may be lost of what was done, or another device came after.
      if (this.inbox.toldOf(conversation) === told) this.inbox.prefer(conversation, before, 0);
      throw cause;
    }
  }

  /** Everything of the user's own that is shown somewhere; each by itself may fail and is then tried again. */
  private async caughtUp(): Promise<void> {
    this.threads.me = this.me;
    this.drafts.flush();
    this.uploads.flush();
    if (this.held) return;
    this.held = true;
    const loads = [this.settings.load(), this.drafts.load(), this.saved.load(), this.threads.load()];
    for (const each of await Promise.allSettled(loads)) {
      if (each.status === "fulfilled") continue;
      // A door that is not there will not be there the next minute either.
      if ((each.reason as { code?: string }).code !== "not_found") this.held = false;
      this.report("something of the user's own could not be read", each.reason);
    }
  }

  private heard(event: AnyEvent): void {
    if (event.type === "unknown" || !("seq" in event)) return;
    this.own(event);
    if (this.timelines.of(event.conversation).length > 0) this.cache?.note(event.conversation);
    this.pins.apply(event);
    this.threads.apply(event);
  }

  private own(entry: Entry): void {
    switch (entry.type) {
      case "setting.changed":
        this.settings.apply(entry);
        break;
      case "draft.changed":
        this.drafts.apply(entry);
        break;
      case "saved.changed":
        this.saved.apply(entry);
        break;
      case "thread.followed":
        this.threads.followed(entry);
        break;
      default:
    }
  }

  private passedOver(conversation: number): void {
    if (conversation === this.intake.personal) this.held = false;
    this.pins.reload(conversation).catch((cause: unknown) => this.report("pins were not loaded", cause));
  }
}
