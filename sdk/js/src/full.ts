/**
 * The client with everything that concerns the user alone: HTTP door, drafts, saved messages, settings, pins, threads.
 */

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
import type { Http } from "./ports.ts";
import { preferenceOf, type Preference } from "./stores/inbox.ts";
import type { AnyEvent } from "./wire.ts";

export interface FullOptions extends ClientOptions {
  readonly http: Http;
}

export class FullClient extends Client {
  /** The HTTP door. */
  readonly api: Api;
  readonly drafts: DraftStore;
  readonly saved: SavedStore;
  readonly settings: SettingsStore;
  readonly pins: PinStore;
  readonly threads: ThreadStore;
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
    this.events.on((event) => this.heard(event));
    this.synced.on(() => void this.caughtUp());
    this.jumps.on((conversation) => this.passedOver(conversation));
    this.departures.on((conversation) => {
      this.drafts.forget(conversation);
      this.pins.forget(conversation);
    });
  }

  override async start(): Promise<void> {
    try {
      await this.drafts.restore();
    } catch (cause) {
      this.report("drafts could not be read", cause);
    }
    await super.start();
  }

  /** How the user treats a conversation. Seen at once; taken back and rejected when the server refuses it. */
  async prefer(conversation: number, wish: Wish): Promise<void> {
    const row = this.inbox.get(conversation);
    if (row === undefined) return;
    const before = preferenceOf(row);
    const { starred, ...rest } = wish;
    const stars = starred === undefined ? {} : { starred_at: starred ? row.starred_at || this.options.clock.now() : 0 };
    this.inbox.prefer(conversation, { ...rest, ...stars } as Partial<Preference>, 0);
    try {
      await this.api.prefer(conversation, wish);
    } catch (cause) {
      this.inbox.prefer(conversation, before, 0);
      throw cause;
    }
  }

  /** Everything of the user's own that is shown somewhere; each by itself may fail and is then tried again. */
  private async caughtUp(): Promise<void> {
    this.threads.me = this.me;
    this.drafts.flush();
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
