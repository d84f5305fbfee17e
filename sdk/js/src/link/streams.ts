/**
 * The streams of all conversations, and entries of conversations that are not known yet.
 */

import { Stream, type Entry, type StreamPorts } from "./stream.ts";

/** Entries kept for conversations whose inbox row has not come yet. */
const STRANGERS = 500;

export class Streams {
  private readonly ports: StreamPorts;
  private readonly streams = new Map<number, Stream>();
  private strangers: Entry[] = [];
  private readonly unknown: () => void;

  /** `unknown` is called when entries of an unknown conversation arrived. */
  constructor(ports: StreamPorts, unknown: () => void) {
    this.ports = ports;
    this.unknown = unknown;
  }

  get(conversation: number): Stream | undefined {
    return this.streams.get(conversation);
  }

  /** What this device holds, for the server. */
  positions(): Record<string, number> {
    return Object.fromEntries([...this.streams].map(([conversation, { position }]) => [conversation, position]));
  }

  /** Live entries of any conversations. */
  receive(entries: readonly Entry[]): void {
    const by = new Map<number, Entry[]>();
    for (const entry of entries) {
      const list = by.get(entry.conversation);
      if (list) list.push(entry);
      else by.set(entry.conversation, [entry]);
    }
    for (const [conversation, list] of by) {
      const stream = this.streams.get(conversation);
      if (stream) stream.receive(list);
      else {
        this.strangers = [...this.strangers, ...list].slice(-STRANGERS);
        this.unknown();
      }
    }
  }

  /** The stream of a conversation, started at `position` if it is new. */
  start(conversation: number, position: number): Stream {
    const known = this.streams.get(conversation);
    if (known) return known;
    const stream = new Stream(conversation, position, this.ports);
    this.streams.set(conversation, stream);
    const early = this.strangers.filter((entry) => entry.conversation === conversation);
    this.strangers = this.strangers.filter((entry) => entry.conversation !== conversation);
    if (early.length > 0) stream.receive(early);
    return stream;
  }

  stop(conversation: number): void {
    this.streams.get(conversation)?.close();
    this.streams.delete(conversation);
  }

  /** Asks for everything that is known to be missing. */
  catchUp(): void {
    for (const stream of this.streams.values()) stream.catchUp();
  }
}
