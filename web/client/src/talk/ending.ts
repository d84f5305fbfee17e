/** Who reads at the end of a list stays there, and who says something goes there. */

import type { TimelineSnapshot } from "@parley/sdk";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Place } from "./place.ts";
import type { Line } from "./rows.ts";
import { AT_END, type List } from "./virtual.ts";

/** Pixels that count as nothing: positions are rounded. */
const EXACTLY = 2;

interface Before {
  /** Pixels to the end, Infinity where newer messages are not held. */
  readonly rest: number;
  readonly first: string;
  readonly last: string;
}

/** `leap` goes to the end, asking for it when it is not held. */
export function useEnd(list: List, lines: readonly Line[], shot: TimelineSnapshot, place: Place, leap: () => void): void {
  const before = useRef<Before>({ rest: Infinity, first: "", last: "" });
  const leaping = useRef(leap);
  leaping.current = leap;
  const said = useRef(place.said.peek());
  const waits = useRef(false);

  useLayoutEffect(() => {
    const first = lines[0]?.item.key ?? "";
    const last = lines[lines.length - 1]?.item.key ?? "";
    const { rest, ...was } = before.current;
    const appended = last !== was.last;
    const leaves = list.isScrolling && list.scrollDirection === "backward";
    const left = list.getDistanceFromEnd();
    // The list follows what is added at the end. What comes before one's own waiting messages it takes for something
    // above: after a lost network the reader would be left in the middle. And where lines wrap anew, as when a pane
    // opens beside them, the last one would slip under the composer.
    const pushed = !appended && first === was.first && !leaves && ((rest <= AT_END && left > AT_END) || (rest <= EXACTLY && left > EXACTLY));
    if (pushed || (waits.current && appended)) list.scrollToEnd();
    if (appended) waits.current = false;
    before.current = { rest: shot.hasNewer ? Infinity : list.getDistanceFromEnd(), first, last };
  });
  useEffect(
    () =>
      place.said.subscribe((count) => {
        if (count === said.current) return;
        said.current = count;
        waits.current = true;
        leaping.current();
      }),
    [place],
  );
}
