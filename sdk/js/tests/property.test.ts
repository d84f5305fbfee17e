/** Random schedules of trouble; afterwards everybody has seen the same, once and in order. */

import fc from "fast-check";
import { expect, test } from "vitest";
import type { DurableEvent, MessageCreated } from "../src/wire.ts";
import { ALICE, BOB, TALK, World, type Device } from "./world.ts";

const OTHER = 8;

type Step =
  | { do: "send"; who: number; where: number }
  | { do: "recall" | "react" | "read"; who: number; where: number; pick: number }
  | { do: "reply" | "pin" | "prefer" | "draft" | "save" | "set"; who: number; where: number; pick: number }
  | { do: "cut"; who: number }
  | { do: "outage"; ms: number }
  | { do: "weather"; loss: number; doubling: number; delay: number }
  | { do: "refuse"; what: "message.send" | "timeline.sync" | "inbox.sync" }
  | { do: "wait"; ms: number };

const who = fc.integer({ min: 0, max: 2 });
const where = fc.constantFrom(TALK, OTHER);
const pick = fc.nat(1000);
const chance = fc.constantFrom(0, 0.2, 0.6, 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("send" as const), who, where }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("recall", "react", "read"), who, where, pick }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom("reply", "pin", "prefer", "draft", "save", "set"), who, where, pick }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("cut" as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("outage" as const), ms: fc.nat(30_000) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("weather" as const), loss: chance, doubling: chance, delay: chance }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("refuse" as const),
      what: fc.constantFrom("message.send" as const, "timeline.sync" as const, "inbox.sync" as const),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.nat(4000) }) },
);

async function play(world: World, devices: readonly Device[], steps: readonly Step[]): Promise<Set<string>> {
  const said = new Set<string>();
  for (const each of steps) {
    const device = "who" in each ? devices[each.who] : undefined;
    if (device && each.do === "send") {
      said.add(device.client.send({ conversation: each.where, body: { text: `t${said.size}` } }).item.key);
    } else if (device && each.do === "reply") {
      const root = rootOf(world, each.where, each.pick);
      if (root === 0) continue;
      const item = device.client.send({ conversation: each.where, body: { text: `t${said.size}` }, thread_root: root }).item;
      said.add(item.key);
    } else if (device && "pick" in each) change(world, device, each);
    else if (each.do === "cut") world.server.cut(each.who === 2 ? BOB : ALICE);
    else if (each.do === "outage") {
      world.server.up = false;
      world.server.cut();
      await world.clock.run(each.ms);
      world.server.up = true;
    } else if (each.do === "weather") world.server.weather = each;
    else if (each.do === "refuse") world.server.refusals.set(each.what, [{ error: "unavailable" }]);
    else if (each.do === "wait") await world.clock.run(each.ms);
  }
  return said;
}

function change(world: World, { client }: Device, step: Extract<Step, { pick: number }>): void {
  const messages = world.server.messages(step.where);
  const message = messages[step.pick % messages.length];
  const quiet = (): undefined => undefined; // refused while there is no server: then nothing was promised
  if (step.do === "draft") return client.drafts.set(step.where, `d${step.pick}`.repeat(step.pick % 3));
  if (step.do === "prefer") return void client.prefer(step.where, { starred: step.pick % 2 === 0 }).catch(quiet);
  if (step.do === "set") return void client.settings.set("density", step.pick).catch(quiet);
  if (message === undefined) return;
  if (step.do === "save") return void client.saved.save(step.where, message.seq, step.pick % 3 > 0).catch(quiet);
  if (step.do === "pin") return void client.pins.pin(step.where, message.seq, step.pick % 3 > 0).catch(quiet);
  if (step.do === "read") client.markRead(step.where, message.number);
  else if (step.do === "recall") void client.recall(step.where, message.seq).catch(() => undefined);
  else void client.react(step.where, message.seq, "👍", step.pick % 2 === 0).catch(() => undefined);
}

/** What a message has become: threads, pins, reactions. */
function bare({ seq, body, pinned_at, thread_count, thread_people, reactions, recalled_at }: MessageCreated): unknown {
  return { seq, body, pinned: pinned_at > 0, thread_count, thread_people, reactions, recalled: recalled_at > 0 };
}

/** The first message of some thread, or one that may become so; 0: there is none. */
function rootOf(world: World, where: number, pick: number): number {
  const roots = world.server.messages(where).filter((each) => !each.thread_root);
  return roots[pick % roots.length]?.seq ?? 0;
}

/** What the user's own stores say, for comparing devices of one person and one that comes later. */
function ownOf({ client }: Device): unknown {
  return {
    drafts: [...client.drafts.getSnapshot()].map(([key, { text }]) => [key, text]).sort(),
    settings: client.settings.getSnapshot().values,
    saved: [...client.saved.getSnapshot()].sort(),
    stars: [TALK, OTHER].map((each) => (client.inbox.get(each)?.starred_at ?? 0) > 0),
  };
}

function seqs(events: readonly DurableEvent[], conversation: number): number[] {
  return events.filter((event) => event.conversation === conversation).map(({ seq }) => seq);
}

test("whatever happens on the way, all devices end equal to the server's table", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.array(step, { minLength: 5, maxLength: 40 }), async (seed, steps) => {
      const world = new World(seed);
      world.server.create(OTHER, [ALICE, BOB]);
      const devices = [await world.device(ALICE), await world.device(ALICE), await world.device(BOB)];
      for (const { client } of devices) client.open(TALK);
      await world.clock.run(200);

      const said = await play(world, devices, steps);
      world.server.weather = { loss: 0, doubling: 0, delay: 0 };
      world.server.refusals.clear();
      await world.clock.run(90_000);

      for (const conversation of [TALK, OTHER]) {
        const table = world.server.messages(conversation);
        const keys = table.map(({ client_key }) => client_key);
        expect(new Set(keys).size).toBe(keys.length);
        for (const { client, told } of devices) {
          const got = seqs(told, conversation);
          // In order and once; the first seqs were in the snapshot that the device began with.
          expect(got).toEqual([...new Set(got)].sort((a, b) => a - b));
          if (conversation === TALK) {
            expect(got).toEqual(world.server.entries(TALK).map(({ seq }) => seq).filter((seq) => seq > 1));
            const shown = client.timeline(TALK).getSnapshot().items.filter(({ kind }) => kind === "message");
            expect(shown.map((item) => item.kind === "message" && item.message.seq)).toEqual(table.map(({ seq }) => seq));
          }
          const user = client.me;
          expect(client.inbox.get(conversation)?.unread).toBe(world.server.unread(conversation, user));
          expect(client.inbox.get(conversation)?.last?.seq ?? 0).toBe(table[table.length - 1]?.seq ?? 0);
          expect(client.outbox.size).toBe(0);
        }
      }
      const late = await world.device(ALICE);
      late.client.open(TALK);
      await world.clock.run(2000);
      expect(ownOf(devices[0] as Device)).toEqual(ownOf(late));
      expect(ownOf(devices[1] as Device)).toEqual(ownOf(late));
      const shown = (each: Device) =>
        each.client.timeline(TALK).getSnapshot().items.map((item) => item.kind === "message" && bare(item.message));
      for (const each of devices) expect(shown(each).slice(-20)).toEqual(shown(late).slice(-20));
      const stored = [TALK, OTHER].flatMap((id) => world.server.messages(id)).map(({ client_key }) => client_key);
      expect(new Set(stored)).toEqual(said);
    }),
    { numRuns: 150, endOnFailure: true },
  );
}, 60_000);
