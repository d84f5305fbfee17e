/**
 * Who is online, of those that are watched.
 */

import { MAX_PEOPLE, type PresencePage } from "../wire.ts";
import type { Report } from "../ports.ts";
import { Store, type Pace } from "./store.ts";

/** User → online or away; who is not in it is offline. */
export type PresenceSnapshot = ReadonlyMap<number, string>;

export class PresenceStore extends Store<PresenceSnapshot> {
  private readonly ask: (users: readonly number[]) => Promise<PresencePage>;
  private readonly report: Report;
  private statuses = new Map<number, string>();
  private watched: readonly number[] = [];

  constructor(pace: Pace, report: Report, ask: (users: readonly number[]) => Promise<PresencePage>) {
    super(pace, report);
    this.ask = ask;
    this.report = report;
  }

  /** Watches these people, at most 200, instead of those before. */
  watch(users: readonly number[]): void {
    const next = [...new Set(users)].slice(0, MAX_PEOPLE);
    if (next.length === this.watched.length && next.every((user) => this.watched.includes(user))) return;
    this.watched = next;
    void this.refetch();
  }

  /** Asks anew, after a reconnection. */
  async refetch(): Promise<void> {
    if (this.watched.length === 0) return;
    try {
      const page = await this.ask(this.watched);
      this.statuses = new Map(Object.entries(page.statuses).map(([user, status]) => [Number(user), status]));
      this.changed();
    } catch (cause) {
      this.report("presence could not be loaded", cause);
    }
  }

  set(user: number, status: string): void {
    if (status === "offline") this.statuses.delete(user);
    else this.statuses.set(user, status);
    this.changed();
  }

  protected build(): PresenceSnapshot {
    return new Map(this.statuses);
  }
}
