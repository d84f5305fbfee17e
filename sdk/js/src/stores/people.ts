/**
 * Names, fetched when somebody is first shown and then kept.
 */

import type { Cancel, Clock, Report } from "../ports.ts";
import { MAX_PEOPLE, type Person, type PresenceChanged } from "../wire.ts";
import { Store, type Pace } from "./store.ts";

export type PeopleSnapshot = ReadonlyMap<number, Person>;

/** Long enough to ask for everybody on one screen at once. */
const GATHER_MS = 20;

export class PeopleStore extends Store<PeopleSnapshot> {
  private readonly clock: Clock;
  private readonly report: Report;
  private readonly ask: (users: readonly number[]) => Promise<readonly Person[]>;
  private readonly known = new Map<number, Person>();
  /** Known from an earlier page of the application: shown, and asked for anew when wanted. */
  private readonly old = new Set<number>();
  private readonly wanted = new Set<number>();
  private readonly asked = new Set<number>();
  private timer: Cancel | null = null;

  constructor(pace: Pace, report: Report, clock: Clock, ask: (users: readonly number[]) => Promise<readonly Person[]>) {
    super(pace, report);
    this.clock = clock;
    this.report = report;
    this.ask = ask;
  }

  /** These people are about to be shown. */
  want(users: Iterable<number>): void {
    for (const user of users) {
      const known = this.known.has(user) && !this.old.has(user);
      if (user > 0 && !known && !this.asked.has(user)) this.wanted.add(user);
    }
    if (this.wanted.size > 0) this.timer ??= this.clock.after(GATHER_MS, () => void this.flush());
  }

  /** The same, and waits for them. */
  async fetch(users: readonly number[]): Promise<void> {
    this.put(await this.ask(users.slice(0, MAX_PEOPLE)));
  }

  /** People known from elsewhere. */
  put(people: readonly Person[]): void {
    for (const person of people) {
      this.known.set(person.id, person);
      this.old.delete(person.id);
    }
    if (people.length > 0) this.changed();
  }

  /** People as an earlier page of the application knew them. */
  restore(people: readonly Person[]): void {
    for (const person of people) {
      if (this.known.has(person.id)) continue;
      this.known.set(person.id, person);
      this.old.add(person.id);
    }
    this.changed();
  }

  /** Somebody's own words about themselves changed. */
  status({ user, emoji, text, until, quiet_until }: PresenceChanged): void {
    const person = this.known.get(user);
    if (person === undefined) return;
    const { status_emoji, status_text, status_until } = person;
    if (status_emoji === emoji && status_text === text && status_until === until && person.quiet_until === quiet_until) {
      return;
    }
    this.put([{ ...person, status_emoji: emoji, status_text: text, status_until: until, quiet_until }]);
  }

  /** Asks for those still wanted, after a reconnection. */
  async flush(): Promise<void> {
    this.timer?.();
    this.timer = null;
    const users = [...this.wanted].slice(0, MAX_PEOPLE);
    if (users.length === 0) return;
    for (const user of users) {
      this.wanted.delete(user);
      this.asked.add(user);
    }
    try {
      this.put(await this.ask(users));
    } catch (cause) {
      for (const user of users) {
        this.asked.delete(user);
        this.wanted.add(user);
      }
      this.report("names could not be loaded", cause);
      return;
    }
    if (this.wanted.size > 0) await this.flush();
  }

  protected build(): PeopleSnapshot {
    return new Map(this.known);
  }
}
