/**
 * The windows of all conversations and threads: the same object for the same place, and their memory let go of when many
 * others were looked at since.
 */

import type { Entry } from "../link/stream.ts";
import type { Pace } from "./store.ts";
import { TimelineStore, type TimelinePorts } from "./timeline.ts";

/** Windows that keep their events without being open. */
const KEPT = 12;

export class Timelines {
  private readonly pace: Pace;
  private readonly ports: (conversation: number, root: number) => TimelinePorts;
  private readonly isOpen: (conversation: number) => boolean;
  private readonly windows = new Map<number, Map<number, TimelineStore>>();
  /** Conversations in the order they were last asked for. */
  private readonly recent = new Set<number>();
  private who = 0;

  constructor(
    pace: Pace,
    ports: (conversation: number, root: number) => TimelinePorts,
    isOpen: (conversation: number) => boolean,
  ) {
    this.pace = pace;
    this.ports = ports;
    this.isOpen = isOpen;
  }

  set me(user: number) {
    this.who = user;
    for (const windows of this.windows.values()) for (const each of windows.values()) each.me = user;
  }

  /** The window over a conversation, or over one thread of it. */
  get(conversation: number, root = 0): TimelineStore {
    this.recent.delete(conversation);
    this.recent.add(conversation);
    const windows = this.windows.get(conversation) ?? new Map<number, TimelineStore>();
    this.windows.set(conversation, windows);
    const known = windows.get(root);
    if (known) return known;
    const made = new TimelineStore(this.pace, this.ports(conversation, root), root);
    made.me = this.who;
    windows.set(root, made);
    this.evict();
    return made;
  }

  /** Every window of a conversation that somebody asked for. */
  of(conversation: number): readonly TimelineStore[] {
    return [...(this.windows.get(conversation)?.values() ?? [])];
  }

  apply(conversation: number, entries: readonly Entry[]): void {
    for (const each of this.of(conversation)) each.apply(entries);
  }

  touch(conversation: number): void {
    for (const each of this.of(conversation)) each.touch();
  }

  /** Entries were passed over: what is shown is asked for anew, the rest when it is opened. */
  jumped(conversation: number): void {
    for (const each of this.of(conversation)) {
      if (each.loaded && this.isOpen(conversation)) void each.reset();
      else each.unload();
    }
  }

  forget(conversation: number): void {
    for (const each of this.of(conversation)) each.unload();
    this.windows.delete(conversation);
    this.recent.delete(conversation);
  }

  private evict(): void {
    const idle = [...this.recent].filter((each) => !this.isOpen(each));
    for (const conversation of idle.slice(0, -KEPT)) {
      for (const each of this.of(conversation)) each.unload();
    }
  }
}
