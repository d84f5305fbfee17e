import fc from "fast-check";
import { expect, test } from "vitest";
import { countsOf, isGuess, unreadFrom, withMention, withMessage, withRead, withRecall, type Unread } from "../src/stores/unread.ts";

type Fact = { what: "message" | "recall" | "mention" | "read"; number: number };

const facts = fc.array(
  fc.record({
    what: fc.constantFrom<Fact["what"]>("message", "recall", "mention", "read"),
    number: fc.integer({ min: 1, max: 20 }),
  }),
  { maxLength: 40 },
);

const fold = (unread: Unread, { what, number }: Fact): Unread =>
  ({ message: withMessage, recall: withRecall, mention: withMention, read: withRead })[what](unread, number);

const nothing: Unread = unreadFrom({ last_number: 20, read_number: 0, unread: 20, unread_mentions: 0, recalled: [], mentioned: [] });

test("is the rule, whatever the order in which the facts are told", () => {
  fc.assert(
    fc.property(facts, (list) => {
      const of = (what: Fact["what"]): number[] => list.filter((each) => each.what === what).map(({ number }) => number);
      const read = Math.max(0, ...of("read"));
      const recalled = new Set(of("recall").filter((number) => number > read));
      const mentioned = new Set(of("mention").filter((number) => number > read && !recalled.has(number)));
      const wanted = { unread: 20 - read - recalled.size, mentions: mentioned.size };
      expect(countsOf(list.reduce(fold, nothing))).toEqual(wanted);
      expect(countsOf([...list].reverse().reduce(fold, nothing))).toEqual(wanted);
    }),
  );
});

test("numbers that the server did not name are counted until the position passes the last message", () => {
  const state = { last_number: 500, read_number: 0, unread: 200, unread_mentions: 3, recalled: [1, 2], mentioned: [7] };
  const unread = unreadFrom(state);
  expect(countsOf(unread)).toEqual({ unread: 200, mentions: 3 });
  expect(isGuess(withRead(unread, 100))).toBe(true);
  expect(countsOf(withRead(unread, 500))).toEqual({ unread: 0, mentions: 0 });
  expect(isGuess(withRead(unread, 500))).toBe(false);
});
