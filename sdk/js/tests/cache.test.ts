/** What is kept: the page opens without a network, and what changed meanwhile is not missed. */

import { expect, test } from "vitest";
import { memoryStorage } from "../src/ports.ts";
import { ALICE, BOB, TALK, World, texts } from "./world.ts";

async function visited() {
  const world = new World();
  const storage = memoryStorage();
  for (let at = 1; at <= 5; at++) world.server.say(TALK, BOB, `m${at}`);
  const first = await world.device(ALICE, storage, { cache: true });
  first.client.people.want([BOB]);
  first.client.open(TALK);
  await world.clock.run(500);
  first.client.markRead(TALK, 3);
  await world.clock.run(5000);
  return { world, storage, first };
}

test("a page opened without a network shows what the last one did", async () => {
  const { world, storage, first } = await visited();
  first.client.stop();
  world.server.up = false;
  const { client } = await world.device(ALICE, storage, { cache: true });
  expect(client.inbox.getSnapshot()).toMatchObject({ ready: true, unread: 2 });
  expect(client.me).toBe(ALICE);
  expect(client.people.getSnapshot().get(BOB)?.name).toBe("U2");
  client.open(TALK);
  await world.clock.run(300);
  expect(client.timeline(TALK).getSnapshot()).toMatchObject({ error: "" });
  expect(texts({ client } as never)).toEqual(["m1", "m2", "m3", "m4", "m5"]);
});

test("what happened meanwhile is taken in, with one page of entries and no history", async () => {
  const { world, storage, first } = await visited();
  first.client.stop();
  const bob = await world.device(BOB);
  void bob.client.edit(TALK, 2, { text: "m1, edited" });
  void bob.client.react(TALK, 3, "👍", true);
  world.server.say(TALK, BOB, "m6");
  await world.clock.run(500);
  world.server.asked.clear();
  const again = await world.device(ALICE, storage, { cache: true });
  again.client.open(TALK);
  await world.clock.run(1000);
  expect(texts(again)).toEqual(["m1, edited", "m2", "m3", "m4", "m5", "m6"]);
  expect(again.client.timeline(TALK).find(3)?.reactions).toEqual({ "👍": [BOB] });
  expect(again.client.inbox.get(TALK)).toMatchObject({ unread: 3 });
  expect(world.server.asked.get("timeline.history")).toBeUndefined();
});

test("too much happened meanwhile: the kept window is let go of for the newest page", async () => {
  const { world, storage, first } = await visited();
  first.client.stop();
  world.server.maxGap = 10;
  for (let at = 0; at < 60; at++) world.server.say(TALK, BOB, `n${at}`);
  const again = await world.device(ALICE, storage, { cache: true });
  again.client.open(TALK);
  await world.clock.run(2000);
  expect(texts(again)).toHaveLength(50);
  expect(texts(again).at(-1)).toBe("n59");
  expect(again.client.inbox.get(TALK)?.unread).toBe(62);
});

test("a read position that the server was not told is told by the next page", async () => {
  const { world, storage, first } = await visited();
  world.server.up = false;
  world.server.cut();
  first.client.markRead(TALK, 5);
  await world.clock.run(3000);
  first.client.stop();
  world.server.up = true;
  const again = await world.device(ALICE, storage, { cache: true });
  expect(again.client.inbox.get(TALK)?.unread).toBe(0);
  await world.clock.run(3000);
  expect(world.server.unread(TALK, ALICE)).toBe(0);
});

test("a conversation left meanwhile is gone from the next page, and from what is kept", async () => {
  const { world, storage, first } = await visited();
  first.client.stop();
  world.server.leave(TALK, ALICE);
  const again = await world.device(ALICE, storage, { cache: true });
  await world.clock.run(5000);
  expect(again.client.inbox.get(TALK)).toBeUndefined();
  expect((await storage.list("cache/1/row/")).map(([key]) => key)).toEqual(["cache/1/row/1001"]);
  expect(await storage.list(`cache/1/talk/${TALK}/`)).toEqual([]);
});

test("more own facts than are told one by one: every row is read anew", async () => {
  const { world, storage, first } = await visited();
  first.client.stop();
  world.server.maxGap = 5;
  world.server.delta = 2;
  world.server.prefer(TALK, ALICE, { notify: "none" });
  for (let at = 0; at < 20; at++) world.server.own(ALICE, "setting.changed", { name: "density", value: at });
  const again = await world.device(ALICE, storage, { cache: true });
  await world.clock.run(5000);
  expect(again.client.inbox.get(TALK)?.notify).toBe("none");
  expect(again.client.settings.get("density")).toBe(19);
});
