import { describe, expect, test } from "vitest";
import { ALICE, TALK, World } from "./world.ts";
import { delayBefore } from "../src/network/backoff.ts";
import { verdictOn } from "../src/errors.ts";
import { seeded } from "./clock.ts";

describe("back-off", () => {
  test("is jittered between half a second and twenty", () => {
    const random = seeded(3);
    const delays = Array.from({ length: 2000 }, (_, attempt) => delayBefore(attempt % 12, random));
    expect(Math.min(...delays)).toBe(500);
    expect(Math.max(...delays)).toBeGreaterThan(19_000);
    expect(Math.max(...delays)).toBeLessThanOrEqual(20_000);
    expect(new Set(delays).size).toBeGreaterThan(1000);
  });

  test("is forgotten only after the connection held for ten seconds", async () => {
    const world = new World();
    const { client } = await world.device(ALICE);
    const waits: number[] = [];
    client.connection.states.on(({ state, retryAt }) => state === "waiting" && waits.push(retryAt - world.clock.now()));
    world.server.up = false;
    world.server.cut();
    await world.clock.run(120_000);
    world.server.up = true;
    client.connection.connect();
    await world.clock.run(1000);
    world.server.cut(); // held for one second: the next pause may still be long
    expect(Math.max(...waits)).toBeGreaterThan(5000);
    client.connection.connect();
    await world.clock.run(11_000);
    waits.length = 0;
    world.server.cut(); // held for more than ten: as if nothing had been
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeLessThanOrEqual(1000);
  });
});

describe("close codes", () => {
  test.each([
    [1006, "again"],
    [4000, "again"],
    [4001, "again"],
    [4100, "later"],
    [4101, "renew"],
    [4400, "final"],
    [4401, "final"],
    [4403, "final"],
  ] as const)("%i means %s", (code, verdict) => expect(verdictOn(code)).toBe(verdict));

  test("a final one ends it; connecting again is up to the application", async () => {
    const world = new World();
    const { client } = await world.device(ALICE);
    world.server.cut(ALICE, 4403);
    await world.clock.run(120_000);
    expect(client.connection.getSnapshot()).toMatchObject({ state: "closed", code: 4403, retryAt: 0 });
    client.connection.connect();
    await world.clock.run(100);
    expect(client.connection.online).toBe(true);
  });

  test("too fast means a pause of five seconds at least", async () => {
    const world = new World();
    const { client } = await world.device(ALICE);
    world.server.cut(ALICE, 4100);
    expect(client.connection.getSnapshot().retryAt - world.clock.now()).toBeGreaterThanOrEqual(5500);
  });
});

describe("a refused hello", () => {
  test.each([
    ["device_revoked", "closed"],
    ["unauthenticated", "closed"],
    ["token_expired", "closed"],
    ["unavailable", "waiting"],
  ])("%s leaves it %s", async (error, state) => {
    const world = new World();
    world.server.refusals.set("hello", [{ error }]);
    const { client } = await world.device(ALICE);
    expect(client.connection.getSnapshot().state).toBe(state);
  });
});

describe("life signs", () => {
  test("the server's ping is answered", async () => {
    const world = new World();
    await world.device(ALICE);
    await world.clock.run(60_000);
    expect(world.server.asked.get("pong")).toBe(3);
  });

  test("silence for a heartbeat and its grace is a loss", async () => {
    const world = new World();
    const { client } = await world.device(ALICE);
    let lostAt = 0;
    client.connection.states.on(({ state }) => state === "waiting" && (lostAt ||= world.clock.now()));
    const begun = world.clock.now();
    Object.assign(world.server, { deliver: () => undefined }); // a half-open socket: nothing arrives any more
    await world.clock.run(40_000);
    expect(lostAt - begun).toBeLessThanOrEqual(30_100);
    expect(lostAt - begun).toBeGreaterThan(20_000);
  });

  test("a probe finds a dead socket within four seconds", async () => {
    const world = new World();
    const { client } = await world.device(ALICE);
    world.server.deaf.add("ping");
    client.connection.probe();
    await world.clock.run(3900);
    expect(client.connection.online).toBe(true);
    await world.clock.run(200);
    expect(client.connection.online).toBe(false);
  });

  test("the network coming back means trying at once", async () => {
    const world = new World();
    const { client } = await world.device(ALICE);
    world.server.up = false;
    world.server.cut();
    client.connection.setNetwork(false);
    await world.clock.run(60_000);
    expect(client.connection.getSnapshot().state).toBe("offline");
    world.server.up = true;
    client.connection.setNetwork(true);
    await world.clock.run(50);
    expect(client.connection.online).toBe(true);
  });
});

test("a frame that does not fit is reported and does not end anything", async () => {
  const world = new World();
  const { client, reports } = await world.device(ALICE);
  const session = (world.server as unknown as { sessions: { events: { received(text: string): void } }[] }).sessions[0];
  session?.events.received("{{{");
  session?.events.received('{"type":"pong","id":"x"}');
  world.server.say(TALK, 2, "still here");
  await world.clock.run(100);
  expect(reports.filter((each) => each.startsWith("a frame"))).toHaveLength(2);
  expect(client.inbox.get(TALK)?.unread).toBe(1);
});
