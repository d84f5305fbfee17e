import { decodeAs, type Item, type MessageCreated } from "@parley/sdk";
import { expect, test } from "vitest";
import { among, whisperOf, type Shown, type WhisperItem } from "../src/whispers/heard.ts";

const WHOLE = { hasOlder: false, hasNewer: false };

function message(seq: number, at: number): MessageCreated {
  return decodeAs<MessageCreated>("message.created", { type: "message.created", conversation: 1, seq, at, sender: 2, number: seq, kind: "text", body: { text: "x" } });
}

const said = (seq: number, at: number): Item => ({ kind: "message", key: `s${seq}`, message: message(seq, at), state: "sent", error: null });

const whisper = (id: number, at: number, target = 0): WhisperItem => ({ kind: "whisper", key: `whisper-${id}`, message: { ...message(target, at), whisper: id } });

const keys = (shown: readonly Shown[]): string[] => shown.map(({ key }) => key);

test("a whisper stands where it was said", () => {
  const items = [said(1, 10), said(2, 20), said(3, 30)];
  expect(keys(among(items, [whisper(7, 5), whisper(8, 25), whisper(9, 40)], WHOLE))).toEqual(["whisper-7", "s1", "s2", "whisper-8", "s3", "whisper-9"]);
  expect(among(items, [], WHOLE)).toBe(items);
});

test("nothing is placed where messages may be that the window does not hold", () => {
  const items = [said(1, 10), said(2, 20)];
  const whispers = [whisper(7, 5), whisper(8, 15), whisper(9, 40)];
  expect(keys(among(items, whispers, { hasOlder: true, hasNewer: true }))).toEqual(["s1", "whisper-8", "s2"]);
  expect(among([], whispers, { hasOlder: true, hasNewer: false })).toEqual([]);
  expect(among([], whispers, WHOLE)).toHaveLength(3);
});

test("one with a target takes its message's place, as the same object each time, and yields to a recall", () => {
  const items = [said(1, 10), said(2, 20)];
  const own = [whisper(7, 40, 2)];
  const [, shown] = among(items, own, WHOLE);
  expect(shown?.key).toBe("s2");
  expect(shown?.kind === "message" && whisperOf(shown.message)).toBe(7);
  expect(among(items, own, WHOLE)[1]).toBe(shown);
  const recalled: Item = { ...(items[1] as Item & { kind: "message" }), message: { ...message(2, 20), recalled_at: 50 } };
  const [gone] = among([recalled], own, WHOLE);
  expect(gone?.kind === "message" && whisperOf(gone.message)).toBe(0);
});
