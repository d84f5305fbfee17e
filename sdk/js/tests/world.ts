/** Clients, a server and a clock, ready to be played with. */

import { FullClient, type FullOptions } from "../src/full.ts";
import { memoryStorage, type Storage } from "../src/ports.ts";
import type { AnyEvent, DurableEvent } from "../src/wire.ts";
import { FakeClock, seeded } from "./clock.ts";
import { FakeDoor } from "./door.ts";
import { FakeServer } from "./server.ts";

export const ALICE = 1;
export const BOB = 2;
export const CHARLIE = 3;
export const TALK = 7;

export interface Device {
  readonly client: FullClient;
  readonly door: FakeDoor;
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

  async device(
    user: number,
    storage: Storage = memoryStorage(),
    options: Partial<FullOptions> = {},
  ): Promise<Device> {
    const reports: string[] = [];
    const door = new FakeDoor(this.server, this.clock, user);
    const client = new FullClient({
      http: door.http,
      transport: this.server.transport(user),
      storage,
      clock: this.clock,
      random: this.random,
      report: (what, cause) => reports.push(`${what}: ${String(cause)}`),
      ...options,
    });
    const told: DurableEvent[] = [];
    client.events.on((event: AnyEvent) => {
      if ("seq" in event && event.type !== "unknown") told.push(event);
    });
    await client.start();
    await this.clock.run(100);
    return { client, door, storage, told, reports };
  }
}

/** Texts of a conversation as the screen shows them. */
export function texts({ client }: Device, conversation = TALK): string[] {
  return client
    .timeline(conversation)
    .getSnapshot()
    .items.flatMap((item) => (item.kind === "message" ? [String(item.message.body.text ?? "")] : []));
}
