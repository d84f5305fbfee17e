import { describe, expect, test } from "vitest";
import { memoryStorage } from "../src/ports.ts";
import { ALICE, BOB, TALK, World, texts } from "./world.ts";

const said = (world: World): unknown[] => world.server.messages(TALK).map(({ body }) => body.text);

test("a message is on the screen before it is on the wire, and keeps its row when it is confirmed", async () => {
  const world = new World();
  const alice = await world.device(ALICE);
  alice.client.open(TALK);
  await world.clock.run(100);
  const { done } = alice.client.send({ conversation: TALK, body: { text: "hello" } });
  const [before] = alice.client.timeline(TALK).getSnapshot().items.slice(-1);
  expect(before).toMatchObject({ kind: "message", state: "sending", message: { body: { text: "hello" }, sender: ALICE } });
  await world.clock.run(100);
  await expect(done).resolves.toMatchObject({ state: "sent", seq: 2, number: 1 });
  const [after] = alice.client.timeline(TALK).getSnapshot().items.slice(-1);
  expect(after).toMatchObject({ kind: "message", state: "sent", key: before?.key });
});

test("order is kept although the first is refused for a while", async () => {
  const world = new World();
  const { client } = await world.device(ALICE);
  world.server.refusals.set("message.send", [{ error: "unavailable" }, { error: "rate_limited", retry_after: 3 }]);
  for (const text of ["one", "two", "three"]) client.send({ conversation: TALK, body: { text } });
  await world.clock.run(20_000);
  expect(said(world)).toEqual(["one", "two", "three"]);
});

test("retry_after is waited for", async () => {
  const world = new World();
  const { client } = await world.device(ALICE);
  world.server.refusals.set("message.send", [{ error: "rate_limited", retry_after: 7 }]);
  client.send({ conversation: TALK, body: { text: "patient" } });
  await world.clock.run(6900);
  expect(said(world)).toEqual([]);
  await world.clock.run(300);
  expect(said(world)).toEqual(["patient"]);
});

test("a trouble in one conversation does not hold up another", async () => {
  const world = new World();
  world.server.create(8, [ALICE, BOB]);
  const { client } = await world.device(ALICE);
  world.server.refusals.set("message.send", [{ error: "rate_limited", retry_after: 60 }]);
  client.send({ conversation: TALK, body: { text: "stuck" } });
  client.send({ conversation: 8, body: { text: "free" } });
  await world.clock.run(100);
  expect(world.server.messages(8)).toHaveLength(1);
});

describe("an answer that is lost", () => {
  test("is asked for again under the same key: one row", async () => {
    const world = new World();
    const { client } = await world.device(ALICE);
    client.send({ conversation: TALK, body: { text: "once" } });
    await world.clock.run(7); // arrived, and the answer is on its way
    world.server.cut();
    await world.clock.run(30_000);
    expect(said(world)).toEqual(["once"]);
    expect(client.outbox.of(TALK)).toEqual([]);
  });

  test("is noticed by time, without a new connection", async () => {
    const world = new World();
    const { client } = await world.device(ALICE);
    world.server.deaf.add("message.send");
    client.send({ conversation: TALK, body: { text: "heard late" } });
    await world.clock.run(11_000);
    world.server.deaf.clear();
    await world.clock.run(5000);
    expect(said(world)).toEqual(["heard late"]);
  });
});

describe("refused for good", () => {
  test("shows as failed, lets later ones pass, can be sent again or dropped", async () => {
    const world = new World();
    const { client } = await world.device(ALICE);
    world.server.refusals.set("message.send", [{ error: "muted" }, { error: "muted" }]);
    const first = client.send({ conversation: TALK, body: { text: "first" } });
    const second = client.send({ conversation: TALK, body: { text: "second" } });
    client.send({ conversation: TALK, body: { text: "third" } });
    await world.clock.run(200);
    await expect(first.done).rejects.toMatchObject({ code: "muted" });
    expect(said(world)).toEqual(["third"]);
    expect(client.outbox.of(TALK).map(({ state }) => state)).toEqual(["failed", "failed"]);
    client.outbox.retry(first.item.key);
    client.outbox.drop(second.item.key);
    await world.clock.run(100);
    expect(said(world)).toEqual(["third", "first"]);
    expect(client.outbox.of(TALK)).toEqual([]);
  });

  test("so does a server that says internal eight times", async () => {
    const world = new World();
    const { client } = await world.device(ALICE);
    world.server.refusals.set("message.send", Array.from({ length: 8 }, () => ({ error: "internal" })));
    client.send({ conversation: TALK, body: { text: "x" } });
    await world.clock.run(300_000);
    expect(client.outbox.of(TALK)).toMatchObject([{ state: "failed", error: { code: "internal" } }]);
  });
});

test("what was not sent survives a reload, failed ones as failed", async () => {
  const world = new World();
  const storage = memoryStorage();
  const first = await world.device(ALICE, storage);
  world.server.refusals.set("message.send", [{ error: "muted" }]);
  first.client.send({ conversation: TALK, body: { text: "refused" } });
  await world.clock.run(100);
  world.server.up = false;
  world.server.cut();
  first.client.send({ conversation: TALK, body: { text: "one" } });
  first.client.send({ conversation: TALK, body: { text: "two" } });
  await world.clock.run(100);
  first.client.stop();

  world.server.up = true;
  const second = await world.device(ALICE, storage);
  await world.clock.run(1000);
  expect(said(world)).toEqual(["one", "two"]);
  expect(second.client.outbox.of(TALK)).toMatchObject([{ state: "failed", write: { body: { text: "refused" } } }]);
  expect(await storage.list("outbox/")).toHaveLength(1);
});

test("two pages with the same outbox still say it once", async () => {
  const world = new World();
  const storage = memoryStorage();
  world.server.up = false;
  const first = await world.device(ALICE, storage);
  first.client.send({ conversation: TALK, body: { text: "shared" } });
  await world.clock.run(10);
  const second = await world.device(ALICE, storage);
  world.server.up = true;
  await world.clock.run(60_000);
  expect(said(world)).toEqual(["shared"]);
  second.client.open(TALK);
  await world.clock.run(100);
  expect(texts(second)).toEqual(["shared"]);
  expect(await storage.list("outbox/")).toEqual([]);
});

test("edit, recall and reactions are foreseen on the screen and undone when refused", async () => {
  const world = new World();
  const alice = await world.device(ALICE);
  alice.client.open(TALK);
  alice.client.send({ conversation: TALK, body: { text: "helo" } });
  await world.clock.run(200);
  world.server.refusals.set("message.edit", [{ error: "window_over" }]);
  const edit = alice.client.edit(TALK, 2, { text: "hello" });
  expect(texts(alice)).toEqual(["hello"]);
  await world.clock.run(300);
  await expect(edit).rejects.toMatchObject({ code: "window_over" });
  expect(texts(alice)).toEqual(["helo"]);
  void alice.client.react(TALK, 2, "👍", true);
  const shown = (): unknown => alice.client.timeline(TALK).getSnapshot().items.slice(-1)[0];
  expect(shown()).toMatchObject({ message: { reactions: { "👍": [ALICE] } } });
  await world.clock.run(100);
  expect(shown()).toMatchObject({ message: { reactions: { "👍": [ALICE] }, version: 3 } });
});
