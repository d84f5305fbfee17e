import { describe, expect, test } from "vitest";
import { decodeAs } from "../src/codec.ts";
import { Pace } from "../src/stores/store.ts";
import { TimelineStore } from "../src/stores/timeline.ts";
import type { DurableEvent, MessageCreated, TimelinePage } from "../src/wire.ts";
import { FakeClock } from "./clock.ts";
import { ALICE, BOB, TALK, World, texts } from "./world.ts";

async function talk(messages: number) {
  const world = new World();
  for (let at = 1; at <= messages; at++) world.server.say(TALK, BOB, `m${at}`);
  const alice = await world.device(ALICE);
  alice.client.open(TALK);
  await world.clock.run(100);
  return { world, alice, timeline: alice.client.timeline(TALK) };
}

describe("the window", () => {
  test("starts with the newest page and grows upwards to the first entry", async () => {
    const { world, alice, timeline } = await talk(120);
    expect(texts(alice)).toHaveLength(50);
    expect(timeline.getSnapshot()).toMatchObject({ hasOlder: true, hasNewer: false, loading: "" });
    for (let page = 0; page < 4; page++) {
      void timeline.loadOlder();
      await world.clock.run(100);
    }
    expect(texts(alice)).toEqual(Array.from({ length: 120 }, (_, at) => `m${at + 1}`));
    expect(timeline.getSnapshot()).toMatchObject({ hasOlder: false, items: { 0: { kind: "notice" } } });
  });

  test("jumps into the middle and grows down to the live end", async () => {
    const { world, alice, timeline } = await talk(300);
    void timeline.jumpTo(100);
    await world.clock.run(100);
    expect(texts(alice)).toContain("m99");
    world.server.say(TALK, BOB, "far below");
    await world.clock.run(100);
    expect(texts(alice)).not.toContain("far below");
    for (let page = 0; page < 5; page++) {
      void timeline.loadNewer();
      await world.clock.run(100);
    }
    expect(texts(alice).slice(-1)).toEqual(["far below"]);
    world.server.say(TALK, BOB, "live again");
    await world.clock.run(300);
    expect(texts(alice).slice(-1)).toEqual(["live again"]);
  });

  test("lets go of the oldest when asked to, not before", async () => {
    const { world, alice, timeline } = await talk(1);
    for (let at = 0; at < 2100; at++) world.server.say(TALK, BOB, "x");
    await world.clock.run(1000);
    expect(texts(alice)).toHaveLength(2101);
    timeline.trim();
    await world.clock.run(300);
    expect(texts(alice)).toHaveLength(1000);
    expect(timeline.getSnapshot().hasOlder).toBe(true);
  });
});

test("an entry that overtakes the page it belongs to is not lost, and one that the page knows is not done twice", async () => {
  const clock = new FakeClock();
  let answer: (page: TimelinePage) => void = () => undefined;
  const timeline = new TimelineStore(new Pace(clock), {
    report: () => undefined,
    entries: () => Promise.reject(new Error("not asked for")),
    history: () => new Promise((resolve) => (answer = resolve)),
    loaded: () => undefined,
    outgoing: () => [],
  });
  const message = (seq: number, text: string): MessageCreated =>
    decodeAs("message.created", { type: "message.created", conversation: 1, seq, at: 0, number: seq, kind: "text", body: { text } });
  const edit = (seq: number, target: number, text: string): DurableEvent =>
    decodeAs("message.edited", { type: "message.edited", conversation: 1, seq, at: 0, target, body: { text } });
  void timeline.load();
  timeline.apply([edit(3, 1, "in the page"), edit(4, 2, "after the page"), message(5, "after the page too")]);
  answer({
    type: "timeline.page",
    id: 1,
    conversation: 1,
    events: [{ ...message(1, "in the page"), version: 3 }, message(2, "old")],
    head_seq: 3,
    has_older: false,
    has_newer: false,
  });
  await clock.run(100);
  const shown = timeline.getSnapshot().items.map((item) => (item.kind === "message" ? item.message.body.text : ""));
  expect(shown).toEqual(["in the page", "after the page", "after the page too"]);
});

test("a change that the page contains already is passed over when its event comes late", async () => {
  const { world, alice } = await talk(1);
  const bob = await world.device(BOB);
  void bob.client.react(TALK, 2, "👍", true);
  await world.clock.run(100);
  void bob.client.react(TALK, 2, "👍", false);
  world.server.weather = { loss: 1, doubling: 0, delay: 0 };
  await world.clock.run(100);
  void alice.client.timeline(TALK).reload();
  await world.clock.run(30);
  alice.client.timeline(TALK).apply([
    { type: "reaction.added", conversation: TALK, seq: 3, at: 0, sender: BOB, client_key: "", target: 2, emoji: "👍" },
  ]);
  await world.clock.run(30);
  const [item] = alice.client.timeline(TALK).getSnapshot().items.slice(-1);
  expect(item).toMatchObject({ message: { reactions: {} } });
});

test("only changed rows are new objects", async () => {
  const { world, timeline } = await talk(10);
  const before = timeline.getSnapshot().items;
  world.server.say(TALK, BOB, "one more");
  await world.clock.run(100);
  const after = timeline.getSnapshot().items;
  expect(after).not.toBe(before);
  expect(before.every((item, at) => item === after[at])).toBe(true);
});

test("a burst is drawn five times a second, one's own message at once", async () => {
  const { world, alice, timeline } = await talk(1);
  let drawn = 0;
  timeline.subscribe(() => (drawn += 1));
  for (let at = 0; at < 300; at++) {
    world.server.say(TALK, BOB, "x");
    await world.clock.run(10);
  }
  expect(drawn).toBeLessThan(35);
  alice.client.send({ conversation: TALK, body: { text: "mine" } });
  expect(texts(alice).slice(-1)).toEqual(["mine"]);
});
