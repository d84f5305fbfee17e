/**
 * TanStack's virtual list for Preact: only the rows in sight are in the page, and what the reader looks at stays where it
 * is when rows are put above it, grow, or are added below.
 */

import { Virtualizer, elementScroll, observeElementOffset, observeElementRect, type VirtualizerOptions } from "@tanstack/virtual-core";
import { options as hooks } from "preact";
import { useLayoutEffect, useReducer, useState } from "preact/hooks";

export type List = Virtualizer<HTMLElement, HTMLElement>;
type Options = Pick<
  VirtualizerOptions<HTMLElement, HTMLElement>,
  "count" | "getScrollElement" | "estimateSize" | "getItemKey" | "rangeExtractor" | "paddingEnd" | "paddingStart"
>;

/** Pixels from the end within which the reader counts as being at the end. */
export const AT_END = 80;

export function useVirtual(options: Options): List {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  const all: VirtualizerOptions<HTMLElement, HTMLElement> = {
    ...options,
    overscan: 8,
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: AT_END,
    observeElementRect: (instance, told) =>
      observeElementRect(instance, (rect) => {
        told(rect);
        // Also when the same rows stay in sight: who is at the end must stay there when a banner or a long draft takes room.
        draw(undefined as never);
      }),
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: (_, sync) => (sync ? atOnce(() => draw(undefined as never)) : draw(undefined as never)),
  };
  const [list] = useState(() => still(new Virtualizer(all)));
  list.setOptions(all);
  useLayoutEffect(() => list._didMount(), []);
  useLayoutEffect(() => list._willUpdate());
  return list;
}

/**
 * A row above what is read changes its size when older history comes before it (its day and its author's name go to the
 * row that is first now). The list would let the text move by that while somebody scrolls up; it must never move.
 */
function still(list: List): List {
  list.shouldAdjustScrollPositionOnItemSizeChange = ({ key, start, end }, _, { scrollOffset }) =>
    (list.itemSizeCache.has(key) ? end : start + 1) <= (scrollOffset ?? 0);
  return list;
}

/** Scrolling must be drawn in the same frame, not in the next. */
function atOnce(run: () => void): void {
  const before = hooks.debounceRendering;
  hooks.debounceRendering = (render) => render();
  run();
  if (before) hooks.debounceRendering = before;
  else delete hooks.debounceRendering;
}
