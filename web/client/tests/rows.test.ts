import { decodeAs, type Item, type MessageCreated } from "@parley/sdk";
import { expect, test } from "vitest";
import { linesOf, shownOf } from "../src/talk/rows.ts";

const MINUTE = 60_000;
const NOON = new Date(2026, 10, 23, 12).getTime();

function said(number: number, sender: number, at: number): Item {
  const loose = { type: "message.created", conversation: 1, seq: number + 1, at, sender, number, kind: "text", body: { text: "x" } };
  return { kind: "message", key: `s${number}`, message: decodeAs<MessageCreated>("message.created", loose), state: "sent", error: null };
}

const created = (): Item => ({
  kind: "notice",
  key: "n1",
  event: decodeAs("conversation.created", { type: "conversation.created", conversation: 1, seq: 1, at: NOON, kind: "group" }),
});

test("one person's words stand together until a pause, another person, or the next day", () => {
  const items = [said(1, 2, NOON), said(2, 2, NOON + MINUTE), said(3, 2, NOON + 10 * MINUTE), said(4, 3, NOON + 11 * MINUTE), said(5, 3, NOON + 24 * 60 * MINUTE)];
  const lines = linesOf(items, -1, 1);
  expect(lines.map(({ leads }) => leads)).toEqual([true, false, true, true, true]);
  expect(lines.map(({ ends }) => ends)).toEqual([false, true, true, true, true]);
  expect(lines.map(({ day }) => day)).toEqual([true, false, false, false, true]);
});

test("the divider stands above the first unread message of somebody else", () => {
  const items = [said(1, 2, NOON), said(2, 1, NOON), said(3, 2, NOON), said(4, 2, NOON)];
  expect(linesOf(items, 1, 1).map(({ fresh }) => fresh)).toEqual([false, false, true, false]);
  expect(linesOf(items, -1, 1).some(({ fresh }) => fresh)).toBe(false);
});

test("where two talk, who was added goes without saying", () => {
  expect(shownOf([created(), said(1, 2, NOON)], "direct")).toHaveLength(1);
  expect(shownOf([created(), said(1, 2, NOON)], "group")).toHaveLength(2);
});
