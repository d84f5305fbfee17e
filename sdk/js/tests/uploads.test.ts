/** Uploads: in pieces, on after trouble, given up when asked to. */

import { expect, test } from "vitest";
import { memoryStorage } from "../src/ports.ts";
import { Refusal } from "./door.ts";
import { ALICE, World } from "./world.ts";

const file = (size: number): Blob => new Blob([new Uint8Array(size).map((_, at) => at % 251)]);

/** Time with real turns between: a Blob is read outside of the fake clock. */
async function pass(world: World, ms: number): Promise<void> {
  const steps = Math.min(ms, 100);
  for (let step = 0; step < steps; step++) {
    await world.clock.run(ms / steps);
    await new Promise((resolve) => setTimeout(resolve));
  }
}

test("a file arrives whole, in pieces that the server allows, with progress", async () => {
  const world = new World();
  const { client, door } = await world.device(ALICE);
  const { id, done } = client.uploads.add(file(1_500_000), { name: "a.txt", media_type: "text/plain", place: "7" });
  const seen = new Set<number>();
  client.uploads.subscribe(() => seen.add(client.uploads.getSnapshot()[0]?.sent ?? 0));
  await pass(world, 2000);
  expect(await done).toMatchObject({ id: "file-u1", size: 1_500_000 });
  expect(door.uploads.get("u1")?.bytes.every((byte, at) => byte === (at % 1_500_000) % 251)).toBe(true);
  expect(door.asked.filter((each) => each.startsWith("PATCH")).length).toBe(5);
  expect(seen.size).toBeGreaterThan(0);
  expect(client.uploads.getSnapshot()[0]).toMatchObject({ id, state: "done", sent: 1_500_000, place: "7" });
  client.uploads.cancel(id);
  expect(client.uploads.getSnapshot()).toEqual([]);
});

test("the server goes in the middle and comes back: what it has is not sent again", async () => {
  const world = new World();
  const { client, door } = await world.device(ALICE);
  const { done } = client.uploads.add(file(900_000));
  await pass(world, 18);
  expect(door.uploads.get("u1")?.bytes.length).toBeGreaterThan(0);
  door.up = false;
  await pass(world, 300);
  expect(client.uploads.getSnapshot()[0]).toMatchObject({ state: "paused" });
  door.up = true;
  await pass(world, 60_000);
  expect(await done).toMatchObject({ size: 900_000 });
  expect(door.uploads.size).toBe(1);
  expect(door.asked.length).toBeLessThan(12);
});

test("a reload goes on where the last page stopped", async () => {
  const world = new World();
  const storage = memoryStorage();
  const { client, door } = await world.device(ALICE, storage);
  client.uploads.add(file(900_000), { name: "long.bin" });
  await pass(world, 18);
  door.up = false;
  const had = door.uploads.get("u1")?.bytes.length ?? 0;
  const again = await world.device(ALICE, storage);
  for (const [id, upload] of door.uploads) again.door.uploads.set(id, upload);
  again.client.uploads.flush();
  await pass(world, 60_000);
  expect(had).toBeGreaterThan(0);
  expect(again.client.uploads.getSnapshot()[0]).toMatchObject({ name: "long.bin", state: "done" });
  expect(again.door.uploads.get("u1")?.bytes.length).toBe(900_000);
});

test("a refusal is final until it is tried again; a cancelled one is taken back from the server", async () => {
  const world = new World();
  const { client, door } = await world.device(ALICE);
  door.refusals.set("POST uploads", [new Refusal(413, "too_large")]);
  const { id, done } = client.uploads.add(file(10));
  const failure = expect(done).rejects.toMatchObject({ code: "too_large" });
  await pass(world, 100);
  await failure;
  client.uploads.retry(id);
  await pass(world, 100);
  expect(client.uploads.getSnapshot()[0]?.state).toBe("done");
  const second = client.uploads.add(file(900_000));
  await pass(world, 10);
  const cancelled = expect(second.done).rejects.toMatchObject({ code: "cancelled" });
  client.uploads.cancel(second.id);
  await cancelled;
  await pass(world, 100);
  expect(door.uploads.has("u2")).toBe(false);
});
