/**
 * Telling others: a list of listeners that cannot hurt each other or the teller.
 */

import type { Cancel, Report } from "./ports.ts";

export class Signal<T> {
  private readonly listeners = new Set<(value: T) => void>();
  private readonly report: Report;

  constructor(report: Report) {
    this.report = report;
  }

  /** Calls `listener` for each value from now on. */
  on(listener: (value: T) => void): Cancel {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  emit(value: T): void {
    for (const listener of [...this.listeners]) {
      try {
        listener(value);
      } catch (cause) {
        this.report("a listener failed", cause);
      }
    }
  }
}
