/** Where no WebSocket opens: the same client over HTTP, and back as soon as one opens. */

import { expect, test } from "vitest";
import { pollTransport, withFallback } from "../src/poll/index.ts";
import type { Transport } from "../src/ports.ts";
import { FakeDoor } from "./door.ts";
import { ALICE, BOB, TALK, World, texts } from "./world.ts";

async function behindProxy({ network = true } = {}) {
  const world = new World();
  const { clock, server } = world;
  const door = new FakeDoor(server, clock, ALICE);
  door.up = network;
  const way = { open: false, tries: 0 };
  const real = server.transport(ALICE);
  const first: Transport = {
    open(events) {
      way.tries += 1;
      if (way.open) return real.open(events);
      const cancel = clock.after(20, () => events.closed(1006, "refused by a proxy"));
      return { send: () => undefined, close: cancel };
    },
  };
  const transport = withFallback({ first, second: pollTransport({ http: door.http, clock }), clock });
  const alice = await world.device(ALICE, undefined, { transport });
  await clock.run(10_000);
  return { world, way, alice, door };
}

test("a client without a socket sends, hears, reads and recalls", async () => {
  const { world, alice, door } = await behindProxy();
  expect(alice.client.connection.getSnapshot().state).toBe("online");
  alice.client.open(TALK);
  await world.clock.run(500);
  const sent = alice.client.send({ conversation: TALK, body: { text: "over HTTP" } });
  await world.clock.run(500);
  const { seq } = await sent.done;
  world.server.say(TALK, BOB, "heard");
  await world.clock.run(1500);
  expect(texts(alice)).toEqual(["over HTTP", "heard"]);
  alice.client.markRead(TALK, 2);
  void alice.client.recall(TALK, seq);
  await world.clock.run(2000);
  expect(world.server.unread(TALK, ALICE)).toBe(0);
  expect(alice.client.timeline(TALK).find(seq)?.recalled_at).toBeGreaterThan(0);
  expect(door.asked).toContain("POST /poll/v1/");
});

test("it goes back to the socket when one opens, and loses nothing on the way", async () => {
  const { world, way, alice } = await behindProxy();
  way.open = true;
  const said: string[] = [];
  for (let at = 0; at < 60; at++) {
    said.push(`m${at}`);
    world.server.say(TALK, BOB, `m${at}`);
    await world.clock.run(1000);
  }
  expect(world.server.live).toBe(1);
  alice.client.open(TALK);
  await world.clock.run(1000);
  expect(texts(alice).slice(-50)).toEqual(said.slice(-50));
  expect(alice.client.inbox.get(TALK)?.unread).toBe(60);
});

test("a device that was without any network comes back over the socket", async () => {
  const { world, way, alice, door } = await behindProxy({ network: false });
  await world.clock.run(30_000);
  expect(way.tries).toBeGreaterThan(2);
  way.open = door.up = true;
  await world.clock.run(40_000);
  expect(alice.client.connection.getSnapshot().state).toBe("online");
  expect(world.server.live).toBe(1);
  expect(door.asked).not.toContain("POST /poll/v1/");
});

test("a server that waits is asked about twice a minute, and the first way ever more seldom", async () => {
  const { world, way, door } = await behindProxy();
  door.asked.length = 0;
  const before = way.tries;
  await world.clock.run(600_000);
  expect(door.asked.filter((each) => each === "POST /poll/v1/").length).toBeLessThanOrEqual(26);
  expect(way.tries - before).toBeLessThanOrEqual(8);
});

test("a token that says when it ends is renewed on the open socket", async () => {
  const world = new World();
  let given = 0;
  const token = async () => ({ token: `t${++given}`, expiresAt: world.clock.now() + 600_000 });
  const { client } = await world.device(ALICE, undefined, { token });
  await world.clock.run(550_000);
  expect(world.server.asked.get("session.renew")).toBe(1);
  expect(world.server.asked.get("hello")).toBe(1);
  await world.clock.run(550_000);
  expect(world.server.asked.get("session.renew")).toBe(2);
  expect(client.connection.online).toBe(true);
});
