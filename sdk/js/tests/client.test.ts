import { describe, expect, test } from "vitest";
import { ALICE, BOB, CHARLIE, TALK, World, texts } from "./world.ts";

describe("catching up", () => {
  test("brings what was missed, in one round trip for a short gap", async () => {
    const world = new World();
    const alice = await world.device(ALICE);
    alice.client.open(TALK);
    await world.clock.run(100);
    world.server.up = false;
    world.server.cut();
    for (const text of ["a", "b", "c"]) world.server.say(TALK, BOB, text);
    await world.clock.run(5000);
    world.server.up = true;
    world.server.asked.clear();
    await world.clock.run(30_000);
    expect(texts(alice)).toEqual(["a", "b", "c"]);
    expect(world.server.asked.get("timeline.sync")).toBeUndefined();
    expect(alice.client.inbox.get(TALK)).toMatchObject({ unread: 3, last: { body: { text: "c" } } });
  });

  test("of a long gap in the background fetches nothing until it is opened", async () => {
    const world = new World();
    const alice = await world.device(ALICE);
    alice.client.open(TALK);
    await world.clock.run(100);
    alice.client.close(TALK);
    world.server.up = false;
    world.server.cut();
    for (let at = 0; at < 100; at++) world.server.say(TALK, BOB, `m${at}`);
    world.server.up = true;
    world.server.asked.clear();
    await world.clock.run(30_000);
    expect(world.server.asked.get("timeline.sync")).toBeUndefined();
    expect(alice.client.inbox.get(TALK)?.unread).toBe(100);
    alice.client.open(TALK);
    await world.clock.run(100);
    expect(texts(alice).slice(-2)).toEqual(["m98", "m99"]);
  });

  test("of more than the server tells one by one starts the window anew", async () => {
    const world = new World();
    world.server.maxGap = 30;
    const alice = await world.device(ALICE);
    alice.client.open(TALK);
    await world.clock.run(100);
    world.server.up = false;
    world.server.cut();
    for (let at = 0; at < 100; at++) world.server.say(TALK, BOB, `m${at}`);
    world.server.up = true;
    await world.clock.run(30_000);
    expect(texts(alice)).toHaveLength(50);
    expect(texts(alice).slice(-1)).toEqual(["m99"]);
    world.server.say(TALK, BOB, "live");
    await world.clock.run(100);
    expect(texts(alice).slice(-1)).toEqual(["live"]);
  });

  test("a lost last message is noticed by the heartbeat", async () => {
    const world = new World();
    const alice = await world.device(ALICE);
    world.server.weather = { loss: 1, doubling: 0, delay: 0 };
    world.server.say(TALK, BOB, "nobody heard");
    await world.clock.run(25_000);
    expect(alice.client.inbox.get(TALK)?.last?.body).toEqual({ text: "nobody heard" });
  });
});

describe("a large conversation in the background", () => {
  async function large() {
    const world = new World();
    world.server.create(9, [ALICE, BOB], { large: true });
    const alice = await world.device(ALICE);
    return { world, alice };
  }

  test("counts without being read", async () => {
    const { world, alice } = await large();
    for (let at = 0; at < 5; at++) world.server.say(9, BOB, `m${at}`);
    await world.clock.run(30_000);
    expect(alice.client.inbox.get(9)?.unread).toBe(5);
    expect(world.server.asked.get("timeline.sync")).toBeUndefined();
    expect(alice.told.filter(({ conversation }) => conversation === 9)).toEqual([]);
  });

  test("is complete once it is opened, recalled messages included", async () => {
    const { world, alice } = await large();
    world.server.say(9, BOB, "kept");
    world.server.say(9, BOB, "withdrawn");
    const bob = await world.device(BOB);
    void bob.client.recall(9, 3);
    await world.clock.run(1000);
    alice.client.open(9);
    await world.clock.run(2000);
    expect(texts(alice, 9)).toEqual(["kept", ""]);
    expect(alice.client.inbox.get(9)?.unread).toBe(world.server.unread(9, ALICE));
  });
});

describe("read positions", () => {
  test("move at once here, a moment later on the other device, and survive a lost connection", async () => {
    const world = new World();
    const [phone, page] = [await world.device(ALICE), await world.device(ALICE)];
    world.server.say(TALK, BOB, "one");
    world.server.say(TALK, BOB, "two");
    await world.clock.run(100);
    world.server.up = false;
    world.server.cut();
    phone.client.markRead(TALK, 2);
    expect(phone.client.inbox.get(TALK)?.unread).toBe(0);
    await world.clock.run(2000);
    world.server.up = true;
    await world.clock.run(30_000);
    expect(world.server.unread(TALK, ALICE)).toBe(0);
    expect(page.client.inbox.get(TALK)?.unread).toBe(0);
    expect(phone.client.inbox.get(TALK)?.unread).toBe(0);
  });

  test("of others become receipts; what they say counts too", async () => {
    const world = new World();
    const [alice, bob] = [await world.device(ALICE), await world.device(BOB)];
    alice.client.send({ conversation: TALK, body: { text: "read me" } });
    await world.clock.run(100);
    bob.client.markRead(TALK, 1);
    await world.clock.run(1000);
    expect(alice.client.receipts.getSnapshot().get(TALK)?.get(BOB)?.read).toBe(1);
    bob.client.send({ conversation: TALK, body: { text: "I did" } });
    await world.clock.run(100);
    expect(alice.client.receipts.getSnapshot().get(TALK)?.get(BOB)?.read).toBe(2);
  });
});

describe("joining and leaving", () => {
  test("a new conversation appears with its later messages; a left one goes", async () => {
    const world = new World();
    world.server.create(8, [BOB]);
    const charlie = await world.device(CHARLIE);
    world.server.join(8, CHARLIE);
    world.server.say(8, BOB, "welcome");
    await world.clock.run(1000);
    expect(charlie.client.inbox.get(8)?.unread).toBe(1);
    world.server.leave(8, CHARLIE);
    await world.clock.run(1000);
    expect(charlie.client.inbox.get(8)).toBeUndefined();
  });

  test("while away is seen in the next catch-up", async () => {
    const world = new World();
    world.server.create(8, [BOB]);
    const charlie = await world.device(CHARLIE);
    world.server.up = false;
    world.server.cut();
    world.server.join(8, CHARLIE);
    world.server.say(8, BOB, "welcome");
    world.server.leave(8, CHARLIE);
    world.server.join(8, CHARLIE);
    world.server.say(8, BOB, "again");
    world.server.up = true;
    await world.clock.run(30_000);
    expect(charlie.client.inbox.get(8)).toMatchObject({ unread: 1, last: { body: { text: "again" } } });
  });
});

test("a mention counts apart, and not once it is recalled", async () => {
  const world = new World();
  const alice = await world.device(ALICE);
  const bob = await world.device(BOB);
  world.server.say(TALK, BOB, "@alice", { mentions: [ALICE] });
  await world.clock.run(100);
  expect(alice.client.inbox.get(TALK)).toMatchObject({ unread: 1, unread_mentions: 1 });
  void bob.client.recall(TALK, 2);
  await world.clock.run(100);
  expect(alice.client.inbox.get(TALK)).toMatchObject({ unread: 0, unread_mentions: 0 });
});

test("typing ends by itself, with a stop, and with the message", async () => {
  const world = new World();
  const [alice, bob] = [await world.device(ALICE), await world.device(BOB)];
  const typing = (): readonly number[] => alice.client.typing.getSnapshot().get(TALK) ?? [];
  alice.client.typing.started(TALK, BOB);
  await world.clock.run(100);
  expect(typing()).toEqual([BOB]);
  await world.clock.run(6000);
  expect(typing()).toEqual([]);
  alice.client.typing.started(TALK, BOB);
  bob.client.send({ conversation: TALK, body: { text: "done" } });
  await world.clock.run(100);
  expect(typing()).toEqual([]);
  for (let key = 0; key < 50; key++) {
    bob.client.startTyping(TALK);
    await world.clock.run(100);
  }
  expect(world.server.asked.get("typing.start")).toBe(2);
});

test("what is held is acknowledged at most once a second", async () => {
  const world = new World();
  await world.device(ALICE);
  await world.clock.run(2000);
  world.server.asked.clear();
  for (let at = 0; at < 50; at++) {
    world.server.say(TALK, BOB, `m${at}`);
    await world.clock.run(20);
  }
  await world.clock.run(1500);
  expect(world.server.asked.get("sync.ack")).toBeLessThanOrEqual(2);
  expect(world.server.acks.get(TALK)).toBe(51);
});

test("a listener that fails hurts nobody else", async () => {
  const world = new World();
  const alice = await world.device(ALICE);
  alice.client.events.on(() => {
    throw new Error("mine");
  });
  const later: string[] = [];
  alice.client.events.on((event) => later.push(event.type));
  world.server.say(TALK, BOB, "hello");
  await world.clock.run(100);
  expect(later).toContain("message.created");
  expect(alice.reports.some((each) => each.includes("mine"))).toBe(true);
});

test("names are asked for once, together", async () => {
  const world = new World();
  const alice = await world.device(ALICE);
  alice.client.people.want([BOB, CHARLIE]);
  alice.client.people.want([BOB]);
  await world.clock.run(100);
  alice.client.people.want([BOB, CHARLIE]);
  await world.clock.run(100);
  expect(world.server.asked.get("people.get")).toBe(1);
  expect(alice.client.people.getSnapshot().get(BOB)?.name).toBe("U2");
});

test("facts about oneself do not move one's notes to the top", async () => {
  const world = new World();
  const alice = await world.device(ALICE);
  world.server.say(TALK, BOB, "hello");
  await world.clock.run(100);
  alice.client.markRead(TALK, 1); // an entry of the personal timeline, later than the message
  await world.clock.run(5000);
  alice.client.refresh();
  await world.clock.run(1000);
  expect(alice.client.inbox.getSnapshot().rows.map(({ kind }) => kind)).toEqual(["group", "personal"]);
});
