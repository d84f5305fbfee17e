/** A list of messages, of a conversation or a thread: opens where reading goes on, follows the end, and never jumps. */

import type { TimelineSnapshot, TimelineStore } from "@parley/sdk";
import { useSignal, type Signal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { me } from "../app/state.ts";
import { useStore } from "../parts/useStore.ts";
import { among, whispersIn } from "../whispers/heard.ts";
import { t } from "../words/index.ts";
import { Jumps } from "./Jumps.tsx";
import { estimate } from "./estimate.ts";
import { MessageMenu } from "./MessageMenu.tsx";
import { MessageRow } from "./MessageRow.tsx";
import { useEnd } from "./ending.ts";
import { useDivider, useOpening } from "./opening.ts";
import type { Place } from "./place.ts";
import { useAnnouncing, useMore, useReading } from "./reading.ts";
import { Lines, shownOf, type Line } from "./rows.ts";
import { keysOf } from "./verbs.ts";
import { AT_END, useVirtual, type List } from "./virtual.ts";

export function MessageList({ place, timeline }: { place: Place; timeline: TimelineStore }) {
  const shot = useStore(timeline);
  const { kind } = place.row.value;
  const divider = useDivider(place);
  const maker = useMemo(() => new Lines(place.root), [place]);
  const whispers = whispersIn(place.root > 0 ? 0 : place.row.value.conversation);
  const lines = useMemo(() => maker.of(among(shownOf(shot.items, kind), whispers, shot), divider, me.value), [shot.items, whispers, me.value]);
  const box = useRef<HTMLDivElement>(null);
  const focused = useSignal(-1);
  const list = useVirtual({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: (index) => estimate(lines[index]),
    getItemKey: (index) => lines[index]?.item.key ?? index,
    rangeExtractor: ({ startIndex, endIndex, overscan, count }) => {
      const [first, last] = [Math.max(0, startIndex - overscan), Math.min(count - 1, endIndex + overscan)];
      const all = Array.from({ length: last - first + 1 }, (_, at) => first + at);
      if (focused.value >= 0 && focused.value < count && !all.includes(focused.value)) all.push(focused.value);
      return all.sort((a, b) => a - b);
    },
    paddingStart: 12,
    paddingEnd: 12,
  });
  const atEnd = !shot.hasNewer && list.getDistanceFromEnd() <= AT_END;
  const opening = useOpening(list, lines, shot, place, timeline, divider);
  useEnd(list, lines, shot, place, opening.leap);
  useReading(list, lines, shot, place);
  useMore(list, shot, timeline);
  useAnnouncing(shot.items);
  useEffect(() => {
    if (atEnd) timeline.trim();
  }, [atEnd, shot.items.length]);

  const key = useKeys(place, lines, list, box, focused);
  const tab = focused.value >= 0 ? Math.min(focused.value, lines.length - 1) : lines.length - 1;
  return (
    <div class="history">
      <div ref={box} class="scroll feed-box" tabIndex={-1}>
        <Top shot={shot} retry={() => void (timeline.loaded ? timeline.loadOlder() : timeline.load())} />
        <div role="feed" class="feed" aria-label={t("history")} aria-busy={shot.loading !== ""} style={{ height: `${list.getTotalSize()}px` }} onKeyDown={key}>
          {list.getVirtualItems().map((each) => {
            const line = lines[each.index];
            return (
              line && (
                <MessageRow
                  key={line.item.key}
                  line={line}
                  index={each.index}
                  top={each.start}
                  tabbable={each.index === tab}
                  place={place}
                  measure={list.measureElement}
                  focused={focused}
                />
              )
            );
          })}
        </div>
      </div>
      <Jumps place={place} shown={lines.length > 0} atEnd={atEnd} opening={opening} timeline={timeline} />
      {place.chosen.value && <MessageMenu {...place.chosen.value} place={place} close={() => (place.chosen.value = null)} />}
    </div>
  );
}

/** Arrows move from message to message, letters do something with the one that has the focus. */
function useKeys(place: Place, lines: readonly Line[], list: List, box: { current: HTMLElement | null }, focused: Signal<number>) {
  const focusRow = (index: number): void => {
    const next = Math.max(0, Math.min(lines.length - 1, index));
    focused.value = next;
    list.scrollToIndex(next, { align: "auto" });
    const find = (): HTMLElement | null | undefined => box.current?.querySelector<HTMLElement>(`[data-index="${next}"]`);
    // At once when it is drawn, so that quick keys do not overtake the focus.
    const there = find();
    if (there) there.focus({ preventScroll: true });
    else requestAnimationFrame(() => find()?.focus({ preventScroll: true }));
  };
  return (event: KeyboardEvent): void => {
    const from = event.target as HTMLElement;
    const article = from.closest<HTMLElement>("article");
    if (event.key === "Escape" && article && article !== from) {
      // Out of a message's buttons, back to the message.
      article.focus();
      event.stopPropagation();
      return;
    }
    const at = Number(from.dataset.index ?? -1);
    if (at < 0) return;
    const moves: Readonly<Record<string, number>> = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: lines.length - 1, PageUp: at - 8, PageDown: at + 8 };
    const to = moves[event.key];
    if (to !== undefined) focusRow(to);
    else if (!keysOf(event, lines[at]?.item, place)) return;
    event.preventDefault();
  };
}

function Top({ shot, retry }: { shot: TimelineSnapshot; retry: () => void }) {
  if (shot.error) {
    return (
      <p class="top" role="alert">
        {t("history_failed")}{" "}
        <button type="button" class="link" onClick={retry}>
          {t("try_again")}
        </button>
      </p>
    );
  }
  if (shot.loading === "first" && shot.items.length === 0) {
    return (
      <div class="top skeletons" role="status">
        <span class="hidden">{t("loading")}</span>
        {[62, 40, 74, 52, 34].map((wide) => (
          <span key={wide} class="skeleton" style={{ width: `${wide}%` }} aria-hidden="true" />
        ))}
      </div>
    );
  }
  return null;
}
