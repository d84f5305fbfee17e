import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { indexedStorage } from "../src/browser/indexeddb.ts";

test("keeps pairs by prefix and in order, replaces, removes and clears", async () => {
  const storage = indexedStorage("parley-1");
  await storage.put("outbox/2", { text: "two" });
  await storage.put("outbox/1", { text: "one" });
  await storage.put("draft/7", "x");
  await storage.put("outbox/2", { text: "zwei" });
  expect(await storage.list("outbox/")).toEqual([
    ["outbox/1", { text: "one" }],
    ["outbox/2", { text: "zwei" }],
  ]);
  await storage.remove("outbox/1");
  expect(await storage.list("outbox/")).toHaveLength(1);
  await storage.clear();
  expect(await storage.list("")).toEqual([]);
});

test("another page, another user: another database; the same user: the same", async () => {
  await indexedStorage("parley-1").put("a", 1);
  expect(await indexedStorage("parley-2").list("")).toEqual([]);
  expect(await indexedStorage("parley-1").list("")).toEqual([["a", 1]]);
});
