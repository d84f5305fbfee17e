/**
 * Messages that the user keeps for later: which ones, for the star on a row; their content comes with `client.api.saved`.
 */

import { Store } from "../stores/store.ts";
import type { SavedChanged } from "../wire.ts";
import type { Parts } from "./parts.ts";

/** `savedKey(conversation, seq)` of every message kept. */
export type SavedSnapshot = ReadonlySet<string>;

/** Pages read to learn what is kept; 20 pages of 50 are more than a person finds again. */
const PAGES = 20;

export function savedKey(conversation: number, seq: number): string {
  return `${conversation}/${seq}`;
}

export class SavedStore extends Store<SavedSnapshot> {
  private readonly parts: Parts;
  /** What the server has, as far as it has told. */
  private keys = new Set<string>();
  /** What the user has asked for and the server has not answered: shown in its place. */
  private readonly asked = new Map<string, { readonly on: boolean; readonly told: number }>();
  private readonly told = new Map<string, number>();
  /** Keys told while a page was on its way. */
  private meanwhile: SavedChanged[] | null = null;

  constructor(parts: Parts) {
    super(parts.pace, parts.report);
    this.parts = parts;
  }

  has(conversation: number, seq: number): boolean {
    const key = savedKey(conversation, seq);
    return this.asked.get(key)?.on ?? this.keys.has(key);
  }

  /** Keeps a message, or no longer. Seen at once; taken back and rejected when the server refuses it. */
  async save(conversation: number, seq: number, on: boolean): Promise<void> {
    const key = savedKey(conversation, seq);
    const ask = { on, told: this.told.get(key) ?? 0 };
    this.asked.set(key, ask);
    this.changed();
    try {
      await this.parts.api.save(conversation, seq, on);
      // What was told meanwhile is what came of it, or came after it.
      if ((this.told.get(key) ?? 0) === ask.told) this.put(key, on);
    } finally {
      // Not the state of before: an answer may be lost of what was done, and its entry has come or will.
      if (this.asked.get(key) === ask) this.asked.delete(key);
      this.changed();
    }
  }

  async load(): Promise<void> {
    this.meanwhile = [];
    const keys = new Set<string>();
    let cursor = "";
    for (let page = 0; page < PAGES; page++) {
      const { messages, next } = await this.parts.api.saved(cursor);
      for (const { conversation, seq } of messages) keys.add(savedKey(conversation, seq));
      cursor = next;
      if (!next) break;
    }
    this.keys = keys;
    const later = this.meanwhile;
    this.meanwhile = null;
    for (const { target, message, saved } of later) this.put(savedKey(target, message), saved);
    this.changed();
  }

  apply(entry: SavedChanged): void {
    const key = savedKey(entry.target, entry.message);
    if (entry.seq <= (this.told.get(key) ?? 0)) return;
    this.told.set(key, entry.seq);
    this.meanwhile?.push(entry);
    this.put(key, entry.saved);
  }

  protected build(): SavedSnapshot {
    const shown = new Set(this.keys);
    for (const [key, { on }] of this.asked) {
      if (on) shown.add(key);
      else shown.delete(key);
    }
    return shown;
  }

  private put(key: string, on: boolean): void {
    if (this.keys.has(key) === on) return;
    if (on) this.keys.add(key);
    else this.keys.delete(key);
    this.changed();
  }
}
