/** The user's own things: seen at once, the same on every device, taken back when refused. */

import { expect, test } from "vitest";
import { draftKey } from "../src/own/drafts.ts";
import { savedKey } from "../src/own/saved.ts";
import { Refusal } from "./door.ts";
import { ALICE, BOB, TALK, World, texts } from "./world.ts";

async function twoDevices() {
  const world = new World();
  return { world, phone: await world.device(ALICE), desk: await world.device(ALICE), bob: await world.device(BOB) };
}

test("a draft is told when its writer pauses, and what is written here is newer than what another device told", async () => {
  const { world, phone, desk } = await twoDevices();
  for (const text of ["h", "he", "hel"]) {
    phone.client.drafts.set(TALK, text);
    await world.clock.run(200);
  }
  expect(phone.door.asked.filter((each) => each.startsWith("PUT"))).toHaveLength(0);
  await world.clock.run(1200);
  expect(phone.door.asked.filter((each) => each.startsWith("PUT"))).toHaveLength(1);
  expect(desk.client.drafts.get(TALK)?.text).toBe("hel");

  desk.client.drafts.set(TALK, "from the desk");
  phone.client.drafts.set(TALK, "help", { reply_to: 2 });
  await world.clock.run(5000);
  expect(desk.client.drafts.get(TALK)).toMatchObject({ text: "help", reply_to: 2 });
  expect(phone.client.drafts.get(TALK)).toMatchObject({ text: "help", reply_to: 2 });

  phone.client.drafts.clear(TALK);
  await world.clock.run(200);
  expect(desk.client.drafts.getSnapshot().has(draftKey(TALK))).toBe(false);
});

test("a writer who never pauses is told of every five seconds; a draft written offline survives the page", async () => {
  const { world, phone, desk } = await twoDevices();
  for (let at = 0; at < 24; at++) {
    phone.client.drafts.set(TALK, "x".repeat(at + 1));
    await world.clock.run(500);
  }
  expect(phone.door.asked.filter((each) => each.startsWith("PUT")).length).toBeLessThanOrEqual(3);
  expect(desk.client.drafts.get(TALK)?.text.length).toBeGreaterThan(8);
  world.server.up = false;
  world.server.cut();
  phone.client.drafts.set(TALK, "offline");
  await world.clock.run(1500);
  phone.client.stop();
  world.server.up = true;
  const again = await world.device(ALICE, phone.storage);
  await world.clock.run(20_000);
  expect(again.client.drafts.get(TALK)?.text).toBe("offline");
  expect(desk.client.drafts.get(TALK)?.text).toBe("offline");
});

test("preferences are in the row at once, on every device soon, and are taken back when refused", async () => {
  const { world, phone, desk, bob } = await twoDevices();
  void phone.client.prefer(TALK, { starred: true, notify: "mentions" });
  expect(phone.client.inbox.get(TALK)).toMatchObject({ notify: "mentions" });
  expect(phone.client.inbox.get(TALK)?.starred_at).toBeGreaterThan(0);
  await world.clock.run(200);
  expect(desk.client.inbox.get(TALK)).toMatchObject({ notify: "mentions" });
  expect(bob.client.inbox.get(TALK)).toMatchObject({ notify: "all", starred_at: 0 });

  phone.door.refusals.set(`PUT conversations/${TALK}/preferences`, [new Refusal(403, "not_allowed")]);
  const refused = phone.client.prefer(TALK, { notify: "none" });
  expect(phone.client.inbox.get(TALK)?.notify).toBe("none");
  const failure = expect(refused).rejects.toMatchObject({ code: "not_allowed" });
  await world.clock.run(200);
  await failure;
  expect(phone.client.inbox.get(TALK)?.notify).toBe("mentions");
});

test("what is marked as unread stays so until something further is read", async () => {
  const { world, phone, desk } = await twoDevices();
  world.server.say(TALK, BOB, "one");
  await world.clock.run(100);
  phone.client.markRead(TALK, 1);
  await world.clock.run(1000);
  void phone.client.prefer(TALK, { unread_from: 1 });
  await world.clock.run(200);
  expect(desk.client.inbox.get(TALK)).toMatchObject({ unread: 0, unread_from: 1 });
  world.server.say(TALK, BOB, "two");
  await world.clock.run(100);
  desk.client.markRead(TALK, 2);
  await world.clock.run(1000);
  expect(phone.client.inbox.get(TALK)).toMatchObject({ unread: 0, unread_from: 0 });
});

test("settings and saved messages are the same on every device, also on one that comes later", async () => {
  const { world, phone, desk } = await twoDevices();
  const said = world.server.say(TALK, BOB, "keep this");
  void phone.client.settings.set("theme", "dark");
  void phone.client.saved.save(TALK, said.seq, true);
  expect(phone.client.settings.get("theme")).toBe("dark");
  expect(phone.client.saved.has(TALK, said.seq)).toBe(true);
  await world.clock.run(300);
  const late = await world.device(ALICE);
  await world.clock.run(300);
  for (const { client } of [phone, desk, late]) {
    expect(client.settings.getSnapshot()).toEqual({ ready: true, values: { theme: "dark" } });
    expect([...client.saved.getSnapshot()]).toEqual([savedKey(TALK, said.seq)]);
  }
  void desk.client.saved.save(TALK, said.seq, false);
  void desk.client.settings.set("theme", null);
  await world.clock.run(300);
  expect(phone.client.saved.getSnapshot().size).toBe(0);
  expect(phone.client.settings.getSnapshot().values).toEqual({});
});

test("pins follow the timeline, and a recalled message is pinned no more", async () => {
  const { world, phone, bob } = await twoDevices();
  const one = world.server.say(TALK, BOB, "one");
  const two = world.server.say(TALK, BOB, "two");
  await world.clock.run(100);
  phone.client.open(TALK);
  void phone.client.pins.load(TALK);
  await world.clock.run(100);
  void phone.client.pins.pin(TALK, one.seq, true);
  await world.clock.run(100);
  void phone.client.pins.pin(TALK, two.seq, true);
  await world.clock.run(300);
  const pinned = () => phone.client.pins.getSnapshot().get(TALK)?.messages.map(({ body }) => body.text);
  expect(pinned()).toEqual(["two", "one"]);
  expect(phone.client.timeline(TALK).find(one.seq)?.pinned_at).toBeGreaterThan(0);
  void bob.client.edit(TALK, one.seq, { text: "one, corrected" });
  void bob.client.recall(TALK, two.seq);
  await world.clock.run(500);
  expect(pinned()).toEqual(["one, corrected"]);
});

test("a thread is a window of its own; its first message counts the replies that are not recalled", async () => {
  const { world, phone, bob } = await twoDevices();
  const root = world.server.say(TALK, ALICE, "root");
  world.server.say(TALK, BOB, "beside");
  await world.clock.run(100);
  phone.client.open(TALK);
  const thread = phone.client.thread(TALK, root.seq);
  void thread.load();
  await world.clock.run(200);
  void bob.client.send({ conversation: TALK, body: { text: "reply 1" }, thread_root: root.seq });
  const second = bob.client.send({ conversation: TALK, body: { text: "reply 2" }, thread_root: root.seq });
  phone.client.send({ conversation: TALK, body: { text: "reply 3" }, thread_root: root.seq });
  await world.clock.run(500);
  const shown = () => thread.getSnapshot().items.map((item) => item.kind === "message" && item.message.body.text);
  expect(shown()[0]).toBe("root");
  expect([...shown()].sort()).toEqual(["reply 1", "reply 2", "reply 3", "root"]);
  expect(texts(phone)).toContain("beside");
  const { seq } = await second.done;
  void bob.client.recall(TALK, seq);
  await world.clock.run(500);
  const held = phone.client.timeline(TALK).find(root.seq);
  expect(held).toMatchObject({ thread_count: 2 });
  expect([...(held?.thread_people ?? [])].sort()).toEqual([ALICE, BOB]);
});

test("a draft that could not be told is told again while the connection stands", async () => {
  const { world, phone, desk } = await twoDevices();
  phone.door.refusals.set(`PUT conversations/${TALK}/draft`, Array.from({ length: 8 }, () => new Refusal(429, "rate_limited")));
  phone.client.drafts.set(TALK, "told in the end");
  await world.clock.run(120_000);
  expect(phone.client.drafts.unsent).toBe(0);
  expect(desk.client.drafts.get(TALK)?.text).toBe("told in the end");
});

test("what another device told meanwhile holds against an answer that comes late", async () => {
  const { world, phone, desk } = await twoDevices();
  const said = world.server.say(TALK, BOB, "keep this");
  phone.door.answersAfter = 500;
  phone.client.drafts.set(TALK, "first");
  void phone.client.settings.set("theme", "dark");
  await world.clock.run(1_100); // told, and the answers are still on their way
  world.server.draft(TALK, ALICE, { text: "second" });
  void desk.client.settings.set("theme", "light");
  await world.clock.run(5_000);
  expect(phone.client.drafts.get(TALK)?.text).toBe("second");
  expect(phone.client.settings.get("theme")).toBe("light");

  phone.door.losesAnswers = true;
  const failed = [
    phone.client.saved.save(TALK, said.seq, true),
    phone.client.prefer(TALK, { notify: "none" }),
  ].map((each) => each.catch(() => "lost"));
  await world.clock.run(120_000);
  expect(await Promise.all(failed)).toEqual(["lost", "lost"]);
  expect(phone.client.saved.has(TALK, said.seq)).toBe(true);
  expect(phone.client.inbox.get(TALK)?.notify).toBe("none");
});
