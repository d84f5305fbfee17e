/**
 * Catches up after each welcome, in as few round trips as there are pages: positions held go up, rows that changed and
 * the entries they gained come down.
 */

import { ParleyError } from "../errors.ts";
import type { Cancel, Clock, Random, Report } from "../ports.ts";
import { Signal } from "../signal.ts";
import type { InboxPage } from "../wire.ts";
import type { Ask } from "./rpc.ts";

/** A page, and what of the user's own timeline was held when it was asked for. */
export interface Found {
  readonly page: InboxPage;
  readonly asOf: number;
}

export interface SyncPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly report: Report;
  readonly positions: () => Record<string, number>;
  readonly ask: (ask: Ask<"inbox.sync">) => Promise<Found>;
  readonly take: (found: Found) => void;
}

/** Reasons to look again come in bursts; one look serves them all. */
const GATHER_MS = 500;
/** More positions than this the protocol does not take; the rest then comes as rows that changed. */
const MOST = 5000;

export class Sync {
  /** The last page was taken. */
  readonly done: Signal<void>;

  private readonly ports: SyncPorts;
  private running = false;
  private again = false;
  private tries = 0;
  private timer: Cancel | null = null;

  constructor(ports: SyncPorts) {
    this.ports = ports;
    this.done = new Signal(ports.report);
  }

  /** Soon, once, for all that ask in between. */
  soon(ms = GATHER_MS): void {
    this.timer ??= this.ports.clock.after(ms, () => {
      this.timer = null;
      void this.run();
    });
  }

  /** Now. A look that is under way is followed by another. */
  async run(): Promise<void> {
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = true;
    this.again = false;
    try {
      await this.pages();
      this.tries = 0;
      this.done.emit();
    } catch (cause) {
      this.failed(cause);
    }
    this.running = false;
    if (this.again) await this.run();
  }

  private async pages(): Promise<void> {
    const positions = Object.fromEntries(Object.entries(this.ports.positions()).slice(-MOST));
    let cursor = "";
    do {
      const found = await this.ports.ask({ type: "inbox.sync", positions, cursor });
      this.ports.take(found);
      cursor = found.page.next;
    } while (cursor);
  }

  private failed(cause: unknown): void {
    const lost = cause instanceof ParleyError && (cause.code === "connection_lost" || cause.code === "not_connected");
    if (lost) return; // the next welcome starts over
    this.ports.report("catching up failed", cause);
    this.soon(Math.min(30_000, 1000 * 2 ** this.tries++) * (0.5 + this.ports.random()));
  }
}
