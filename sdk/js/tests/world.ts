/** Clients, a server and a clock, ready to be played with. */

import { Client } from "../src/client.ts";
import { memoryStorage, type Storage } from "../src/ports.ts";
import type { AnyEvent, DurableEvent } from "../src/wire.ts";
import { FakeClock, seeded } from "./clock.ts";
import { FakeServer } from "./server.ts";

export const ALICE = 1;
export const BOB = 2;
export const CHARLIE = 3;
export const TALK = 7;

export interface Device {
  readonly client: Client;
  readonly storage: Storage;
  /** Every durable event that the application was told, in order. */
  readonly told: DurableEvent[];
  readonly reports: string[];
}

export class World {
  readonly clock = new FakeClock();
  readonly random;
  readonly server: FakeServer;

  constructor(seed = 1) {
    this.random = seeded(seed);
    this.server = new FakeServer(this.clock, this.random);
    this.server.create(TALK, [ALICE, BOB]);
  }

  async device(user: number, storage: Storage = memoryStorage()): Promise<Device> {
    const reports: string[] = [];
    const client = new Client({
      transport: this.server.transport(user),
      storage,
      clock: this.clock,
      random: this.random,
      report: (what, cause) => reports.push(`${what}: ${String(cause)}`),
    });
    const told: DurableEvent[] = [];
    client.events.on((event: AnyEvent) => {
      if ("seq" in event && event.type !== "unknown") told.push(event);
    });
    await client.start();
    await this.clock.run(100);
    return { client, storage, told, reports };
  }
}

/** Texts of a conversation as the screen shows them. */
export function texts({ client }: Device, conversation = TALK): string[] {
  return client
    .timeline(conversation)
    .getSnapshot()
    .items.flatMap((item) => (item.kind === "message" ? [String(item.message.body.text ?? "")] : []));
}
