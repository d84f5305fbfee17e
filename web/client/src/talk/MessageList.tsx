/** The history of the open conversation: opens at the first unread message, follows the end, and never jumps. */

import { type ConversationState, type Item, type TimelineSnapshot } from "@parley/sdk";
import { useSignal, type Signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { nameOf } from "../app/names.ts";
import { announcement, client, me, target } from "../app/state.ts";
import { summaryOf } from "../kinds/summary.ts";
import { Icon } from "../parts/Icon.tsx";
import { useStore } from "../parts/useStore.ts";
import { t } from "../words/index.ts";
import { keysOf, MessageMenu, type Chosen } from "./MessageMenu.tsx";
import { MessageRow } from "./MessageRow.tsx";
import { linesOf, shownOf, type Line } from "./rows.ts";
import type { About } from "./Talk.tsx";
import { AT_END, useVirtual } from "./virtual.ts";

/** Rows from the top at which older history is asked for: about two screens, so that one rarely waits. */
const EARLY = 12;
const FLASH_MS = 2000;

export function MessageList({ row, about }: { row: ConversationState; about: Signal<About | null> }) {
  const id = row.conversation;
  const timeline = client().timeline(id);
  const shot = useStore(timeline);
  // The divider stays where it was when the conversation was opened.
  const opened = useRef(row.unread > 0 ? row.read_number : -1);
  const lines = useMemo(() => linesOf(shownOf(shot.items, row.kind), opened.current, me.value), [shot.items, me.value]);
  const box = useRef<HTMLDivElement>(null);
  const focused = useSignal(-1);
  const chosen = useSignal<Chosen | null>(null);
  const flash = useSignal(0);
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

  useOpening(list, lines, shot, id, flash);
  useReading(list, lines, shot, row);
  useOlder(list, shot, timeline);
  useAnnouncing(shot.items, row);
  useEffect(() => {
    if (atEnd) timeline.trim();
  }, [atEnd, shot.items.length]);

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
  const key = (event: KeyboardEvent): void => {
    const at = Number((event.target as HTMLElement).dataset.index ?? -1);
    if (at < 0) return;
    const moves: Readonly<Record<string, number>> = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: lines.length - 1 };
    const to = moves[event.key];
    if (to !== undefined) focusRow(to);
    else if (!keysOf(event, lines[at]?.item, { row, about, chosen })) return;
    event.preventDefault();
  };
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
                  flashing={flash.value > 0 && line.item.kind === "message" && line.item.message.seq === flash.value}
                  kind={row.kind}
                  measure={list.measureElement}
                  focused={focused}
                  about={about}
                  chosen={chosen}
                />
              )
            );
          })}
        </div>
      </div>
      {!atEnd && lines.length > 0 && <Down row={row} shot={shot} leap={() => (shot.hasNewer ? void timeline.reload().then(() => list.scrollToEnd()) : list.scrollToEnd())} />}
      {chosen.value && <MessageMenu {...chosen.value} row={row} about={about} close={() => (chosen.value = null)} />}
    </div>
  );
}

type List = ReturnType<typeof useVirtual>;

/** First at the divider, the message of the address, or the end. */
function useOpening(list: List, lines: readonly Line[], shot: TimelineSnapshot, id: number, flash: Signal<number>): void {
  const done = useRef(false);
  useLayoutEffect(() => {
    if (done.current || lines.length === 0 || shot.loading === "first") return;
    done.current = true;
    if (target.value) return;
    const fresh = lines.findIndex((line) => line.fresh);
    if (fresh > 0) list.scrollToIndex(fresh, { align: "start" });
    else list.scrollToEnd();
  });
  const seq = target.value;
  useEffect(() => {
    if (!seq) return;
    const timeline = client().timeline(id);
    void timeline.load().then(() => timeline.jumpTo(seq)).then(() => {
      flash.value = seq;
      setTimeout(() => (flash.value = 0), FLASH_MS);
    });
  }, [id, seq]);
  const there = flash.value ? lines.findIndex(({ item }) => item.kind === "message" && item.message.seq === flash.value) : -1;
  useLayoutEffect(() => {
    if (there >= 0) list.scrollToIndex(there, { align: "center" });
  }, [there >= 0, flash.value]);
}

/** What is in sight while somebody looks is read. */
function useReading(list: List, lines: readonly Line[], shot: TimelineSnapshot, row: ConversationState): void {
  const last = list.range?.endIndex ?? -1;
  const read = (): void => {
    if (document.hidden || !document.hasFocus() || shot.loading === "first") return;
    for (let at = Math.min(last, lines.length - 1); at >= 0; at--) {
      const item = lines[at]?.item;
      if (item?.kind !== "message" || item.message.number === 0) continue;
      const atEnd = !shot.hasNewer && list.getDistanceFromEnd() <= AT_END;
      client().markRead(row.conversation, atEnd ? Math.max(item.message.number, row.last_number) : item.message.number);
      return;
    }
  };
  useEffect(read, [last, lines, row.last_number]);
  useEffect(() => {
    addEventListener("focus", read);
    document.addEventListener("visibilitychange", read);
    return () => {
      removeEventListener("focus", read);
      document.removeEventListener("visibilitychange", read);
    };
  });
}

function useOlder(list: List, shot: TimelineSnapshot, timeline: ReturnType<ReturnType<typeof client>["timeline"]>): void {
  const first = list.range?.startIndex ?? EARLY;
  const last = list.range?.endIndex ?? 0;
  useEffect(() => {
    if (shot.loading || shot.error || shot.items.length === 0) return;
    if (shot.hasOlder && first < EARLY) void timeline.loadOlder();
    else if (shot.hasNewer && last > shot.items.length - EARLY) void timeline.loadNewer();
  }, [first, last, shot]);
}

/** New messages of others are said aloud, summed up in a burst. */
function useAnnouncing(items: readonly Item[], row: ConversationState): void {
  const told = useRef<number | null>(null);
  useEffect(() => {
    const messages = items.flatMap((item) => (item.kind === "message" ? [item.message] : []));
    const newest = messages[messages.length - 1]?.seq ?? 0;
    const before = told.current;
    told.current = Math.max(newest, before ?? 0);
    if (before === null) return;
    const fresh = messages.filter(({ seq, sender }) => seq > before && sender !== me.value);
    const [only] = fresh;
    if (only === undefined) return;
    announcement.value =
      fresh.length === 1
        ? t("said", { name: nameOf(only.sender), text: summaryOf(only.kind, only.body) })
        : t("arrived", { n: fresh.length });
  }, [items, row.conversation]);
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
  return shot.loading === "first" && shot.items.length === 0 ? (
    <p class="top hint" role="status">
      {t("loading")}
    </p>
  ) : null;
}

function Down({ row, shot, leap }: { row: ConversationState; shot: TimelineSnapshot; leap: () => void }) {
  const n = row.unread;
  return (
    <button type="button" class="down" aria-label={n > 0 ? t("jump_new", { n }) : t("jump_latest")} onClick={leap} data-newer={shot.hasNewer}>
      {n > 0 && <span aria-hidden="true">{n > 99 ? "99+" : n}</span>}
      <Icon name="down" size={18} />
    </button>
  );
}

/** A first guess of a row's height; it is measured once it is drawn. */
function estimate(line: Line | undefined): number {
  if (!line) return 60;
  const extra = (line.day ? 44 : 0) + (line.fresh ? 32 : 0) + (line.leads ? 26 : 0);
  if (line.item.kind === "notice") return 32 + extra;
  const { kind, body } = line.item.message;
  if (kind === "image") return 200 + extra;
  const length = typeof body.text === "string" ? body.text.length : 20;
  return 38 + Math.floor(length / 60) * 22 + extra;
}

