/** Which of many rows are in sight, when every row's height is known beforehand. */

import type { RefObject } from "preact";
import { useLayoutEffect, useMemo, useState } from "preact/hooks";

export interface Span {
  readonly first: number;
  readonly last: number;
}

/** Where each row begins; one number more than rows, the last is the height of all. */
export function topsOf(count: number, heightOf: (index: number) => number): number[] {
  const tops = [0];
  for (let at = 0; at < count; at++) tops.push((tops[at] ?? 0) + heightOf(at));
  return tops;
}

/** The rows between two heights, with `spare` more on either side. Empty: last < first. */
export function between(tops: readonly number[], from: number, to: number, spare: number): Span {
  const count = tops.length - 1;
  return { first: Math.max(0, at(tops, from) - spare), last: Math.min(count - 1, at(tops, to) + spare) };
}

/** The row that holds height `y`. */
function at(tops: readonly number[], y: number): number {
  let low = 0;
  let high = tops.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((tops[middle] ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

const SPARE = 6;

export interface Lines extends Span {
  readonly tops: readonly number[];
  /** Brings a row into sight. */
  readonly reveal: (index: number) => void;
}

/** Follows the scrolling of `box`; draws anew only when other rows come into sight. */
export function useLines(box: RefObject<HTMLElement | null>, count: number, heightOf: (index: number) => number, key: unknown): Lines {
  const tops = useMemo(() => topsOf(count, heightOf), [count, key]);
  const [span, set] = useState<Span>({ first: 0, last: 20 });
  useLayoutEffect(() => {
    const scroller = box.current;
    if (!scroller) return;
    const look = (): void => {
      const next = between(tops, scroller.scrollTop, scroller.scrollTop + scroller.clientHeight, SPARE);
      set((now) => (now.first === next.first && now.last === next.last ? now : next));
    };
    look();
    scroller.addEventListener("scroll", look, { passive: true });
    const size = new ResizeObserver(look);
    size.observe(scroller);
    return () => {
      scroller.removeEventListener("scroll", look);
      size.disconnect();
    };
  }, [tops]);
  const reveal = (index: number): void => {
    const scroller = box.current;
    const [top = 0, bottom = 0] = [tops[index], tops[index + 1]];
    if (!scroller) return;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (bottom > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = bottom - scroller.clientHeight;
  };
  return { first: span.first, last: Math.min(span.last, count - 1), tops, reveal };
}
