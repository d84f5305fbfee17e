/**
 * What the page keeps to open at once and without a network: inbox rows with the positions that they are true as of, the
 * ends of conversations looked at, people, settings, and read positions on their way. Written behind, in one batch.
 */

import type { Cancel, Clock, Report, Storage } from "../ports.ts";
import type { Segment } from "../stores/segments.ts";
import type { ConversationState, DurableEvent, Person } from "../wire.ts";

/** A row and the seq up to which this device holds the conversation's entries. */
export interface KeptRow {
  readonly state: ConversationState;
  readonly position: number;
}

export interface KeptTalk {
  readonly at: number;
  readonly position: number;
  readonly events: readonly DurableEvent[];
  readonly hasOlder: boolean;
}

export interface KeptSelf {
  readonly me: number;
  readonly personal: number;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly marks: readonly (readonly [number, number])[];
}

/** What there is to keep, and where it goes when it comes back. */
export interface CacheSource {
  self(): KeptSelf;
  rows(): readonly KeptRow[];
  people(): ReadonlyMap<number, Person>;
  /** The live end of a conversation with its position; undefined when it is not held. */
  talk(conversation: number): { readonly segment: Segment; readonly position: number } | undefined;
  restore(kept: { readonly self: KeptSelf; readonly rows: readonly KeptRow[]; readonly people: readonly Person[] }): void;
}

export interface CachePorts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly report: Report;
  readonly source: CacheSource;
}

const ROOT = "cache/1/";
const ROW = `${ROOT}row/`;
const TALK = `${ROOT}talk/`;
const PERSON = `${ROOT}person/`;
const SELF = `${ROOT}self`;
/** From a change to its writing; what is lost in a crash comes again from the server. */
const BEHIND_MS = 2_000;
/** Conversations whose end is kept, messages of each, and people. */
const TALKS = 50;
const EVENTS = 200;
const PEOPLE = 5_000;

export class Cache {
  private readonly ports: CachePorts;
  private readonly rows = new Map<number, ConversationState>();
  private readonly people = new Map<number, Person>();
  /** What was written last, to write nothing twice; not held: the windows let go of their events, and so must this. */
  private readonly talks = new Map<number, { at: number; events: WeakRef<readonly DurableEvent[]> | null }>();
  private readonly dirty = new Set<number>();
  private self = "";
  private timer: Cancel | null = null;
  private writing = false;
  private restored = false;
  private stopped = false;

  constructor(ports: CachePorts) {
    this.ports = ports;
  }

  /** Gives back what an earlier page kept. True: there was something. */
  async restore(): Promise<boolean> {
    const { storage, source } = this.ports;
    const [[self], rows, people, talks] = await Promise.all([
      storage.list(SELF),
      storage.list(ROW),
      storage.list(PERSON),
      storage.list(`${ROOT}talks`),
    ]);
    this.restored = true;
    for (const [, index] of talks) {
      for (const [id, at] of index as readonly (readonly [number, number])[]) this.talks.set(id, { at, events: null });
    }
    if (self === undefined) return false;
    const kept = rows.map(([, value]) => value as KeptRow);
    const known = people.map(([, value]) => value as Person);
    for (const { state } of kept) this.rows.set(state.conversation, state);
    for (const person of known) this.people.set(person.id, person);
    source.restore({ self: self[1] as KeptSelf, rows: kept, people: known });
    return kept.length > 0;
  }

  /** The kept end of a conversation, if there is one. */
  async talk(conversation: number): Promise<KeptTalk | undefined> {
    const [found] = await this.ports.storage.list(`${TALK}${conversation}/`);
    return found?.[1] as KeptTalk | undefined;
  }

  /** Something changed; `conversation`: the end of this one too. */
  note(conversation = 0): void {
    if (conversation > 0) this.dirty.add(conversation);
    if (this.stopped) return;
    this.timer ??= this.ports.clock.after(BEHIND_MS, () => {
      this.timer = null;
      void this.flush();
    });
  }

  /** Writes what changed, now. */
  async flush(): Promise<void> {
    this.timer?.();
    this.timer = null;
    if (this.writing || !this.restored || this.stopped) return;
    this.writing = true;
    const puts: [string, unknown][] = [];
    const removes: string[] = [];
    this.gather(puts, removes);
    try {
      if (puts.length > 0 || removes.length > 0) await this.ports.storage.write(puts, removes);
    } catch (cause) {
      // A full disk: the page works on without keeping more.
      this.stopped = true;
      this.ports.report("nothing more is kept on this machine", cause);
    }
    this.writing = false;
  }

  /** Keeps nothing from now on. */
  stop(): void {
    this.stopped = true;
    this.timer?.();
  }

  private gather(puts: [string, unknown][], removes: string[]): void {
    const { source } = this.ports;
    const there = new Set<number>();
    for (const row of source.rows()) {
      const { conversation } = row.state;
      there.add(conversation);
      if (this.rows.get(conversation) === row.state) continue;
      this.rows.set(conversation, row.state);
      puts.push([ROW + conversation, row]);
    }
    for (const conversation of this.rows.keys()) {
      if (there.has(conversation)) continue;
      this.rows.delete(conversation);
      this.talks.delete(conversation);
      removes.push(ROW + conversation, `${TALK}${conversation}/`);
    }
    for (const [id, person] of source.people()) {
      if (this.people.get(id) === person || this.people.size >= PEOPLE) continue;
      this.people.set(id, person);
      puts.push([PERSON + id, person]);
    }
    this.gatherTalks(puts, removes);
    const self = source.self();
    const text = JSON.stringify(self);
    if (self.me > 0 && text !== this.self) {
      this.self = text;
      puts.push([SELF, self]);
    }
  }

  private gatherTalks(puts: [string, unknown][], removes: string[]): void {
    const now = this.ports.clock.now();
    let moved = false;
    for (const conversation of this.dirty) {
      const held = this.ports.source.talk(conversation);
      const known = this.talks.get(conversation);
      if (held === undefined || known?.events?.deref() === held.segment.events) continue;
      const { events, hasOlder } = held.segment;
      const talk: KeptTalk = {
        at: now,
        position: held.position,
        events: events.slice(-EVENTS),
        hasOlder: hasOlder || events.length > EVENTS,
      };
      this.talks.set(conversation, { at: now, events: new WeakRef(events) });
      puts.push([`${TALK}${conversation}/`, talk]);
      moved = true;
    }
    this.dirty.clear();
    const oldest = [...this.talks].sort(([, a], [, b]) => b.at - a.at).slice(TALKS);
    for (const [conversation] of oldest) {
      this.talks.delete(conversation);
      removes.push(`${TALK}${conversation}/`);
    }
    if (moved || oldest.length > 0) puts.push([`${ROOT}talks`, [...this.talks].map(([id, { at }]) => [id, at])]);
  }
}
