/** Pages of one browser: one leads, and takes over what another left. */

import { expect, test } from "vitest";
import { memoryStorage, type Channel, type Lock } from "../src/ports.ts";
import { ALICE, TALK, World } from "./world.ts";

/** A browser's locks and channel, for any number of pages. */
class Browser {
  private waiting: { name: string; granted: () => void }[] = [];
  private readonly pages: ((message: unknown) => void)[] = [];

  readonly lock: Lock = {
    request: (name, granted) => {
      const entry = { name, granted };
      this.waiting.push(entry);
      if (this.waiting.length === 1) granted();
      return () => {
        const led = this.waiting[0] === entry;
        this.waiting = this.waiting.filter((each) => each !== entry);
        if (led) this.waiting[0]?.granted();
      };
    },
  };

  channel(): Channel {
    let mine: (message: unknown) => void = () => undefined;
    return {
      post: (message) => this.pages.filter((each) => each !== mine).forEach((each) => each(structuredClone(message))),
      listen: (hear) => {
        mine = hear;
        this.pages.push(hear);
        return () => void this.pages.splice(this.pages.indexOf(hear), 1);
      },
    };
  }

  get tabs() {
    return { name: "alice", lock: this.lock, channel: this.channel() };
  }
}

test("the first page leads, the second takes over, and sends what the first left unsent", async () => {
  const world = new World();
  const browser = new Browser();
  const storage = memoryStorage();
  const first = await world.device(ALICE, storage, { tabs: browser.tabs });
  const second = await world.device(ALICE, storage, { tabs: browser.tabs });
  expect([first.client.tabs?.leader, second.client.tabs?.leader]).toEqual([true, false]);
  const heard: unknown[] = [];
  second.client.tabs?.on("theme", (value) => heard.push(value));
  first.client.tabs?.tell("theme", "dark");
  expect(heard).toEqual(["dark"]);

  world.server.up = false;
  world.server.cut();
  first.client.send({ conversation: TALK, body: { text: "left behind" } });
  first.client.stop();
  first.client.tabs?.stop();
  expect(second.client.tabs?.leader).toBe(true);
  world.server.up = true;
  await world.clock.run(30_000);
  expect(world.server.messages(TALK).map(({ body }) => body.text)).toEqual(["left behind"]);
  expect(await storage.list("outbox/")).toEqual([]);
});

test("a page that closes leaves its unsent message to the leader", async () => {
  const world = new World();
  const browser = new Browser();
  const storage = memoryStorage();
  const leader = await world.device(ALICE, storage, { tabs: browser.tabs });
  const other = await world.device(ALICE, storage, { tabs: browser.tabs });
  other.client.stop();
  other.client.send({ conversation: TALK, body: { text: "closing" } });
  other.client.leavePage();
  await world.clock.run(1000);
  expect(leader.client.tabs?.leader).toBe(true);
  expect(world.server.messages(TALK)).toHaveLength(1);
});
