import { describe, expect, test } from "vitest";
import { Stream, type Entry } from "../src/link/stream.ts";
import { ParleyError } from "../src/errors.ts";
import type { TimelineEntries } from "../src/wire.ts";
import { FakeClock } from "./clock.ts";

const entry = (seq: number): Entry => ({ type: "unknown", tag: "t", conversation: 1, seq });
const range = (from: number, to: number): Entry[] => Array.from({ length: to - from + 1 }, (_, at) => entry(from + at));

function rig(answer: (after: number, until: number) => Partial<TimelineEntries> | ParleyError) {
  const clock = new FakeClock();
  const told: number[] = [];
  const asked: [number, number][] = [];
  const jumps: number[] = [];
  const stream = new Stream(1, 10, {
    clock,
    report: () => undefined,
    pull: async (conversation, after, until) => {
      asked.push([after, until]);
      await new Promise<void>((resolve) => clock.after(50, resolve));
      const made = answer(after, until);
      if (made instanceof ParleyError) throw made;
      return {
        type: "timeline.entries",
        id: 1,
        conversation,
        events: [],
        head_seq: 0,
        more: false,
        snapshot_required: false,
        ...made,
      };
    },
    deliver: (_, entries) => told.push(...entries.map(({ seq }) => seq)),
    jumped: (_, head) => jumps.push(head),
  });
  return { clock, stream, told, asked, jumps };
}

test("swapped, doubled and old entries come out once and in order, and nothing is asked", async () => {
  const { clock, stream, told, asked } = rig(() => ({}));
  stream.receive([entry(12), entry(12), entry(9)]);
  stream.receive([entry(11), entry(13)]);
  await clock.run(5000);
  expect(told).toEqual([11, 12, 13]);
  expect(asked).toEqual([]);
});

test("a hole is asked for once, and only the hole", async () => {
  const { clock, stream, told, asked } = rig((after, until) => ({
    events: range(after + 1, until) as TimelineEntries["events"],
    head_seq: 20,
  }));
  stream.receive([entry(15)]);
  await clock.run(30);
  stream.receive([entry(16)]);
  await clock.run(30);
  stream.receive([entry(17)]);
  await clock.run(1000);
  expect(asked).toEqual([[10, 14]]);
  expect(told).toEqual([11, 12, 13, 14, 15, 16, 17]);
});

test("a long gap is asked for page after page", async () => {
  const { clock, stream, told } = rig((after) => ({
    events: range(after + 1, Math.min(after + 3, 20)) as TimelineEntries["events"],
    head_seq: 20,
    more: after + 3 < 20,
  }));
  stream.note(20);
  await clock.run(3000);
  expect(told).toEqual(range(11, 20).map(({ seq }) => seq));
});

test("too far behind: the position jumps and the application is told", async () => {
  const { clock, stream, told, jumps } = rig(() => ({ snapshot_required: true, head_seq: 5000 }));
  stream.note(5000);
  await clock.run(1000);
  stream.receive([entry(5001)]);
  expect(jumps).toEqual([5000]);
  expect(told).toEqual([5001]);
});

test("a head that the server does not know is not asked for over and over", async () => {
  const { clock, stream, asked } = rig(() => ({ head_seq: 10 }));
  stream.note(99);
  await clock.run(600_000);
  expect(asked).toHaveLength(1);
  expect(stream.behind).toBe(false);
});

describe("a request that fails", () => {
  test("is repeated with growing pauses", async () => {
    let left = 4;
    const { clock, stream, told, asked } = rig((after) =>
      left-- > 0 ? new ParleyError("unavailable", "") : { events: range(after + 1, 12) as TimelineEntries["events"], head_seq: 12 },
    );
    stream.note(12);
    await clock.run(3000);
    expect(asked.length).toBeLessThan(5);
    await clock.run(20_000);
    expect(told).toEqual([11, 12]);
    expect(asked).toHaveLength(5);
  });

  test("for good ends the stream", async () => {
    const { clock, stream, asked } = rig(() => new ParleyError("not_a_member", ""));
    stream.note(12);
    await clock.run(600_000);
    expect(asked).toHaveLength(1);
  });

  test("with the connection waits for the next catch-up", async () => {
    let lost = true;
    const { clock, stream, told, asked } = rig((after) =>
      lost ? new ParleyError("connection_lost", "") : { events: range(after + 1, 12) as TimelineEntries["events"], head_seq: 12 },
    );
    stream.note(12);
    await clock.run(60_000);
    expect(asked).toHaveLength(1);
    lost = false;
    stream.catchUp();
    await clock.run(100);
    expect(told).toEqual([11, 12]);
  });
});

test("a lazy stream notes and does not ask", async () => {
  const { clock, stream, asked } = rig(() => ({}));
  stream.lazy = true;
  stream.note(5000);
  await clock.run(60_000);
  expect(asked).toEqual([]);
  expect(stream.behind).toBe(true);
});
