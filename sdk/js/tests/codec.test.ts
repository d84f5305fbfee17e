/// <reference types="node" />
import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { describe, expect, test } from "vitest";
import { BadFrame, decode, decodeAs, decodeEvent } from "../src/codec.ts";
import { EVENT_TAGS } from "../src/wire.ts";

interface Vector {
  readonly type: string;
  readonly sample: string;
  readonly json: string;
  readonly fields: Record<string, unknown>;
}

function vectors(name: string): Vector[] {
  return JSON.parse(readFileSync(new URL(`../../../tests/vectors/${name}.json`, import.meta.url), "utf8")) as Vector[];
}

describe("the shared vectors", () => {
  test.each(vectors("events"))("event $type, $sample", ({ json, fields }) => {
    expect(decodeEvent(JSON.parse(json))).toEqual(fields);
  });

  test.each(vectors("replies"))("reply $type, $sample", ({ json, fields }) => {
    expect(decode(json)).toEqual(fields);
  });

  test("every event of the protocol has one", () => {
    expect(new Set(vectors("events").map(({ type }) => type))).toEqual(EVENT_TAGS);
  });
});

describe("what does not fit", () => {
  test("an event of a later version keeps its place in the timeline", () => {
    const event = { type: "poll.opened", conversation: 7, seq: 12, question: "?" };
    expect(decodeEvent(event)).toEqual({ type: "unknown", tag: "poll.opened", conversation: 7, seq: 12 });
  });

  test("unknown fields are dropped, unknown frames are nothing", () => {
    expect(decode('{"type":"done","id":4,"news":1}')).toEqual({ type: "done", id: 4 });
    expect(decode('{"type":"dance","id":4}')).toBeUndefined();
  });

  test.each([
    ["not JSON", "{"],
    ["a list", "[]"],
    ["no type", "{}"],
    ["a missing field", '{"type":"pong","id":1}'],
    ["a wrong type", '{"type":"pong","id":"1","now":2}'],
    ["a wrong list", '{"type":"people.page","id":1,"people":{}}'],
    ["a wrong item", '{"type":"people.page","id":1,"people":[3]}'],
    ["an event without type", '{"type":"events","events":[{}]}'],
  ])("%s is refused", (_, text) => {
    expect(() => decode(text)).toThrow(BadFrame);
  });

  test("a person from the HTTP door gets its defaults", () => {
    expect(decodeAs("Person", { id: 1, username: "alice", name: "Alice" })).toMatchObject({ kind: "human", active: true });
  });
});

test("a message is an object, not a hash table of four times the size", () => {
  setFlagsFromString("--allow-natives-syntax");
  const isFast = new Function("object", "return %HasFastProperties(object)") as (object: object) => boolean;
  const message = decodeEvent({ type: "message.created", conversation: 1, seq: 2, at: 3, sender: 4, client_key: "k", number: 1, kind: "text", body: { text: "hi" } });
  expect([isFast(message), isFast({ ...message, version: 9 })]).toEqual([true, true]);
});
