/**
 * The user's settings, the same on every device. A change is seen at once and taken back when the server refuses it.
 */

import { Store } from "../stores/store.ts";
import type { SettingChanged } from "../wire.ts";
import type { Parts } from "./parts.ts";

export interface SettingsSnapshot {
  /** Whether the server's values were read. */
  readonly ready: boolean;
  /** Name → value; what is not in it is as by default. */
  readonly values: Readonly<Record<string, unknown>>;
}

export class SettingsStore extends Store<SettingsSnapshot> {
  private readonly parts: Parts;
  private ready = false;
  private values: Readonly<Record<string, unknown>> = {};
  /** Per name: seq of the last entry that told it. */
  private readonly told = new Map<string, number>();
  /** Values of this device on their way to the server. */
  private readonly wanted = new Map<string, unknown>();

  constructor(parts: Parts) {
    super(parts.pace, parts.report);
    this.parts = parts;
  }

  get(name: string): unknown {
    return this.wanted.has(name) ? (this.wanted.get(name) ?? undefined) : this.values[name];
  }

  /** `null`: as by default. Rejects, and takes the change back, when the server refuses it. */
  async set(name: string, value: unknown): Promise<void> {
    const told = this.told.get(name);
    this.wanted.set(name, value);
    this.changed();
    try {
      await this.parts.api.putSetting(name, value);
      // What was told meanwhile is what came of it, or came after it.
      if (this.told.get(name) === told) this.take(name, value);
    } finally {
      if (this.wanted.get(name) === value) this.wanted.delete(name);
      this.changed();
    }
  }

  async load(): Promise<void> {
    const { values, seq } = await this.parts.api.settings();
    const later = [...this.told].filter(([, told]) => told > seq).map(([name]) => [name, this.values[name]] as const);
    this.values = { ...values, ...Object.fromEntries(later) };
    this.ready = true;
    this.changed();
  }

  /** As an earlier page kept it. */
  restore(values: Readonly<Record<string, unknown>>): void {
    if (this.ready) return;
    this.values = values;
    this.changed();
  }

  apply({ name, value, seq }: SettingChanged): void {
    if (seq <= (this.told.get(name) ?? 0)) return;
    this.told.set(name, seq);
    this.take(name, value);
  }

  protected build(): SettingsSnapshot {
    const values = { ...this.values, ...Object.fromEntries(this.wanted) };
    for (const [name, value] of Object.entries(values)) if (value === null) delete values[name];
    return { ready: this.ready, values };
  }

  private take(name: string, value: unknown): void {
    const { [name]: _, ...rest } = this.values;
    this.values = value === null || value === undefined ? rest : { ...rest, [name]: value };
    this.changed();
  }
}
