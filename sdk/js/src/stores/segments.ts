/**
 * Stretches of one history that are held, without holes each: the one on the screen, the live end, a place visited
 * before. They are joined when they touch, and let go of when there are too many events.
 */

import type { Entry } from "../link/stream.ts";
import type { DurableEvent, TimelinePage } from "../wire.ts";
import { changed, versionOf } from "./message.ts";

export interface Segment {
  readonly events: readonly DurableEvent[];
  readonly hasOlder: boolean;
  /** Whether it stops before the live end. */
  readonly hasNewer: boolean;
}

/** Events kept of one history; 2,000 are about 2 MB and more than anybody scrolls at once. */
export const MOST = 2000;
/** Entries that a page of history shows beside messages. */
const NOTICES: ReadonlySet<string> = new Set([
  "conversation.created",
  "conversation.updated",
  "member.added",
  "member.removed",
]);

export class Segments {
  /** The one on the screen. */
  current: Segment = { events: [], hasOlder: true, hasNewer: false };
  private others: readonly Segment[] = [];
  private readonly root: number;

  /** `root`: only this message and the replies of its thread; 0: everything. */
  constructor(root = 0) {
    this.root = root;
  }

  /** Starts over with one stretch. */
  reset(segment: Segment): void {
    this.current = segment;
    this.others = [];
  }

  /** Another stretch on the screen, joined with those that it touches. */
  show(page: TimelinePage): void {
    this.others = [this.current, ...this.others];
    this.current = { events: this.visible(page), hasOlder: page.has_older, hasNewer: page.has_newer };
    this.join();
    this.evict();
  }

  /** The page before or after what is on the screen. */
  extend(way: "older" | "newer", page: TimelinePage): void {
    const { events, hasOlder, hasNewer } = this.current;
    const known = new Set(events.map(({ seq }) => seq));
    const more = this.visible(page).filter(({ seq }) => !known.has(seq));
    this.current =
      way === "older"
        ? { events: [...more, ...events], hasOlder: page.has_older, hasNewer }
        : { events: [...events, ...more], hasOlder, hasNewer: page.has_newer };
    this.join();
    this.cut(way === "older" ? "newer" : "older", MOST);
    this.evict();
  }

  /** Goes to a stretch that holds `seq` (0: the live end); false when none does. */
  go(seq: number): boolean {
    const fits = (each: Segment): boolean =>
      seq === 0 ? !each.hasNewer && each.events.length > 0 : each.events.some((event) => event.seq === seq);
    if (fits(this.current)) return true;
    const found = this.others.find(fits);
    if (found === undefined) return false;
    this.others = [this.current, ...this.others.filter((each) => each !== found)];
    this.current = found;
    return true;
  }

  /** Lets go of all but `most` events at the far end of the screen's stretch. */
  cut(end: "older" | "newer", most: number): void {
    const { events, hasOlder, hasNewer } = this.current;
    if (events.length <= most) return;
    this.current =
      end === "older"
        ? { events: events.slice(-most), hasOlder: true, hasNewer }
        : { events: events.slice(0, most), hasOlder, hasNewer: true };
  }

  /** The next entry of the timeline. */
  fold(entry: Entry): void {
    if (entry.type === "unknown") return;
    this.current = this.folded(this.current, entry);
    this.others = this.others.map((each) => this.folded(each, entry));
  }

  /** The live end, for keeping; undefined when it is not held. */
  live(): Segment | undefined {
    return [this.current, ...this.others].find(({ hasNewer, events }) => !hasNewer && events.length > 0);
  }

  private folded(segment: Segment, entry: DurableEvent): Segment {
    let { events } = segment;
    if ("target" in entry || entry.type === "message.created") events = changedIn(events, entry);
    if (!segment.hasNewer && this.shows(entry)) events = inserted(events, entry, segment.hasOlder);
    return events === segment.events ? segment : { ...segment, events };
  }

  private shows(event: Entry): event is DurableEvent {
    if (event.type !== "message.created") return this.root === 0 && NOTICES.has(event.type);
    return this.root === 0 || event.thread_root === this.root || event.seq === this.root;
  }

  private visible(page: TimelinePage): readonly DurableEvent[] {
    return (page.events as readonly Entry[]).filter((event): event is DurableEvent => this.shows(event));
  }

  private join(): void {
    for (;;) {
      const touching = this.others.find((each) => touch(each, this.current));
      if (touching === undefined) return;
      this.others = this.others.filter((each) => each !== touching);
      this.current = joined(this.current, touching);
    }
  }

  /** Keeps the live end and what was visited last, within the limit. */
  private evict(): void {
    let left = MOST - this.current.events.length;
    const kept: Segment[] = [];
    for (const each of [...this.others].sort((a, b) => Number(a.hasNewer) - Number(b.hasNewer))) {
      left -= each.events.length;
      if (left >= 0 && each.events.length > 0) kept.push(each);
    }
    this.others = kept;
  }
}

function first({ events }: Segment): number {
  return events[0]?.seq ?? Infinity;
}

function last({ events }: Segment): number {
  return events[events.length - 1]?.seq ?? -Infinity;
}

function touch(a: Segment, b: Segment): boolean {
  return first(a) <= last(b) && first(b) <= last(a);
}

function joined(a: Segment, b: Segment): Segment {
  const events = new Map<number, DurableEvent>();
  for (const event of [...a.events, ...b.events]) {
    const held = events.get(event.seq);
    if (held === undefined || newer(event, held)) events.set(event.seq, event);
  }
  return {
    events: [...events.values()].sort((x, y) => x.seq - y.seq),
    hasOlder: (first(a) <= first(b) ? a : b).hasOlder,
    hasNewer: (last(a) >= last(b) ? a : b).hasNewer,
  };
}

function newer(event: DurableEvent, held: DurableEvent): boolean {
  return event.type === "message.created" && held.type === "message.created" && versionOf(event) > versionOf(held);
}

function changedIn(events: readonly DurableEvent[], entry: DurableEvent): readonly DurableEvent[] {
  let same = true;
  const after = events.map((event) => {
    const next = event.type === "message.created" ? changed(event, entry) : event;
    same &&= next === event;
    return next;
  });
  return same ? events : after;
}

/** With `entry` at its place. Before the first event of a stretch that goes on upwards it has none. */
function inserted(events: readonly DurableEvent[], entry: DurableEvent, hasOlder: boolean): readonly DurableEvent[] {
  const end = events[events.length - 1];
  if (end === undefined || entry.seq > end.seq) return [...events, entry];
  const at = events.findIndex((event) => event.seq >= entry.seq);
  const there = events[at];
  if (there?.seq === entry.seq) {
    return newer(entry, there) ? events.map((each) => (each === there ? entry : each)) : events;
  }
  return at > 0 || !hasOlder ? [...events.slice(0, at), entry, ...events.slice(at)] : events;
}
