/** Where a list of messages opens, and going to one message of it and back. */

import type { TimelineSnapshot, TimelineStore } from "@parley/sdk";
import { useSignal, type Signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { target } from "../app/state.ts";
import type { Place } from "./place.ts";
import type { Line } from "./rows.ts";
import { seek, seqOf } from "./seek.ts";
import type { List } from "./virtual.ts";

const LIT_MS = 2000;

export interface Opening {
  /** The message to return to after a jump, 0 for none. */
  readonly from: Signal<number>;
  /** Goes to a message; `back`: and offers the way back. */
  readonly jump: (seq: number, back?: boolean) => void;
  readonly leap: () => void;
}

/** The position up to which the reader had read when the list was opened, -1 when nothing was unread. */
export function useDivider(place: Place): number {
  const opened = useRef<number | null>(null);
  const { unread, read_number, unread_from } = place.row.value;
  opened.current ??= place.root > 0 ? -1 : unread_from > 0 ? unread_from - 1 : unread > 0 ? read_number : -1;
  return opened.current;
}

export function useOpening(list: List, lines: readonly Line[], shot: TimelineSnapshot, place: Place, timeline: TimelineStore, divider: number): Opening {
  const from = useSignal(0);
  const done = useRef(false);
  const inThread = place.root > 0;
  const seq = inThread ? 0 : target.value;

  useLayoutEffect(() => {
    if (done.current || lines.length === 0 || shot.loading === "first") return;
    const fresh = divider < 0 ? -1 : lines.findIndex((line) => line.fresh);
    if (seq) done.current = true;
    else if (fresh >= 0 && (fresh > 0 || !shot.hasOlder) && seqOf(shot, divider + 1)) {
      done.current = true;
      list.scrollToIndex(fresh, { align: "start" });
    } else if (divider >= 0 && shot.hasOlder && fresh === 0) {
      // More is unread than one page holds: the window moves to where reading goes on.
      done.current = true;
      const { head_seq, last_number } = place.row.value;
      list.scrollToEnd();
      void seek(timeline, divider + 1, { seq: head_seq, number: last_number }).then((found) => found && show(found, "start"));
    } else {
      done.current = true;
      list.scrollToEnd();
    }
  });

  const wish = useSignal<{ seq: number; align: "start" | "center" } | null>(null);
  const show = (to: number, align: "start" | "center" = "center"): void => {
    wish.value = { seq: to, align };
    if (align === "start") return;
    place.lit.value = to;
    setTimeout(() => place.lit.value === to && (place.lit.value = 0), LIT_MS);
  };
  const jump = (to: number, back = true): void => {
    const here = list.range ? lines[Math.floor((list.range.startIndex + list.range.endIndex) / 2)]?.item : undefined;
    void timeline
      .load()
      .then(() => timeline.jumpTo(to))
      .then(() => {
        if (back && here?.kind === "message") from.value = here.message.seq;
        show(to);
      });
  };
  const leap = (): void => {
    from.value = 0;
    if (shot.hasNewer) void timeline.reload().then(() => requestAnimationFrame(() => list.scrollToEnd()));
    else list.scrollToEnd();
  };
  // In the layout phase: the address may change in the very frame in which the window that holds it arrives.
  const there = wish.value ? lines.findIndex(({ item }) => item.kind === "message" && item.message.seq === wish.value?.seq) : -1;
  useLayoutEffect(() => {
    if (there < 0 || !wish.value) return;
    list.scrollToIndex(there, { align: wish.value.align });
    wish.value = null;
  }, [there, wish.value]);
  useEffect(() => {
    if (seq) jump(seq, done.current);
  }, [seq]);
  useEffect(
    () =>
      place.wanted.subscribe((to) => {
        if (!to) return;
        place.wanted.value = 0;
        jumping.current(to);
      }),
    [place],
  );
  const jumping = useRef(jump);
  jumping.current = jump;
  return { from, jump, leap };
}
