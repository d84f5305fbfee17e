/**
 * The pages of one person in one browser: one of them leads (notifications, sounds, what others left in the outbox), and
 * all can tell each other things.
 */

import type { Cancel, Channel, Lock, Report } from "../ports.ts";
import { Signal } from "../signal.ts";

export interface TabsPorts {
  readonly lock: Lock;
  readonly channel: Channel;
  readonly report: Report;
  /** Of this person in this browser. */
  readonly name: string;
}

interface Note {
  readonly topic: string;
  readonly value: unknown;
}

export class Tabs {
  /** Told once, when this page becomes the leader; it stays so until it closes. */
  readonly led: Signal<void>;
  private readonly ports: TabsPorts;
  private readonly topics = new Map<string, Signal<unknown>>();
  private readonly stops: Cancel[] = [];
  private leads = false;

  constructor(ports: TabsPorts) {
    this.ports = ports;
    this.led = new Signal(ports.report);
  }

  get leader(): boolean {
    return this.leads;
  }

  getSnapshot(): boolean {
    return this.leads;
  }

  subscribe(listener: () => void): Cancel {
    return this.led.on(listener);
  }

  /** Stands for leader and listens. */
  start(): void {
    if (this.stops.length > 0) return;
    this.stops.push(
      this.ports.lock.request(`parley-leader-${this.ports.name}`, () => {
        this.leads = true;
        this.led.emit();
      }),
      this.ports.channel.listen((message) => {
        const { topic, value } = (message ?? {}) as Partial<Note>;
        if (topic !== undefined) this.topics.get(topic)?.emit(value);
      }),
    );
  }

  /** Tells the other pages. */
  tell(topic: string, value: unknown = null): void {
    try {
      this.ports.channel.post({ topic, value });
    } catch (cause) {
      this.ports.report("the other pages were not told", cause);
    }
  }

  /** What the other pages tell. */
  on(topic: string, hear: (value: unknown) => void): Cancel {
    const signal = this.topics.get(topic) ?? new Signal<unknown>(this.ports.report);
    this.topics.set(topic, signal);
    return signal.on(hear);
  }

  stop(): void {
    for (const each of this.stops.splice(0)) each();
    this.leads = false;
  }
}
