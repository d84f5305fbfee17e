/** What happens while somebody looks at a list: it is read, more of it is fetched, what arrives is said aloud. */

import type { Item, TimelineSnapshot, TimelineStore } from "@parley/sdk";
import { useEffect, useRef } from "preact/hooks";
import { nameOf } from "../app/names.ts";
import { announcement, client, me } from "../app/state.ts";
import { summaryOf } from "../kinds/summary.ts";
import { t } from "../words/index.ts";
import type { Place } from "./place.ts";
import type { Line } from "./rows.ts";
import { AT_END, type List } from "./virtual.ts";

/** Rows from an end of the window at which more is asked for: about two screens, so that one rarely waits. */
const EARLY = 12;
/** Said aloud once a second at most; what arrives meanwhile is summed up. */
const ALOUD_MS = 1000;

/** The index of the last row whose foot is above the fold. */
function lastSeen(list: List): number {
  const rows = list.getVirtualItems();
  const fold = (list.scrollOffset ?? 0) + (list.scrollRect?.height ?? 0);
  for (let at = rows.length - 1; at >= 0; at--) {
    const row = rows[at];
    if (row && row.start < fold - 8) return row.index;
  }
  return -1;
}

/** What is in sight while somebody looks is read. */
export function useReading(list: List, lines: readonly Line[], shot: TimelineSnapshot, place: Place): void {
  const last = lastSeen(list);
  const row = place.row.value;
  const told = useRef(0);
  const read = (): void => {
    if (document.hidden || !document.hasFocus() || shot.loading === "first") return;
    for (let at = Math.min(last, lines.length - 1); at >= 0; at--) {
      const item = lines[at]?.item;
      if (item?.kind !== "message" || item.message.number === 0 || item.state !== "sent") continue;
      const atEnd = !shot.hasNewer && list.getDistanceFromEnd() <= AT_END;
      if (place.root > 0) {
        if (item.message.seq <= told.current || item.message.seq === place.root) return;
        told.current = item.message.seq;
        client().threads.read(row.conversation, place.root, item.message.seq).catch(() => undefined);
      } else client().markRead(row.conversation, atEnd ? Math.max(item.message.number, row.last_number) : item.message.number);
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

/** More history before the reader reaches its end. */
export function useMore(list: List, shot: TimelineSnapshot, timeline: TimelineStore): void {
  const first = list.range?.startIndex ?? EARLY;
  const last = list.range?.endIndex ?? 0;
  useEffect(() => {
    if (shot.loading || shot.error || shot.items.length === 0) return;
    if (shot.hasOlder && first < EARLY) void timeline.loadOlder();
    else if (shot.hasNewer && last > shot.items.length - EARLY) void timeline.loadNewer();
  }, [first, last, shot]);
}

/** New messages of others are said aloud, summed up in a burst. */
export function useAnnouncing(items: readonly Item[]): void {
  const told = useRef<number | null>(null);
  const spoken = useRef(0);
  const waiting = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const now = useRef(items);
  now.current = items;
  const say = (): void => {
    waiting.current = undefined;
    spoken.current = Date.now();
    const fresh = newest(now.current, told.current ?? 0);
    told.current = Math.max(told.current ?? 0, ...fresh.map(({ seq }) => seq));
    const others = fresh.filter(({ sender }) => sender !== me.value);
    const [only] = others;
    if (only === undefined) return;
    announcement.value =
      others.length === 1 ? t("said", { name: nameOf(only.sender), text: summaryOf(only.kind, only.body) }) : t("arrived", { n: others.length });
  };
  useEffect(() => {
    if (told.current === null) told.current = Math.max(0, ...newest(items, 0).map(({ seq }) => seq));
    else if (newest(items, told.current).length > 0) waiting.current ??= setTimeout(say, Math.max(0, spoken.current + ALOUD_MS - Date.now()));
  }, [items]);
  useEffect(() => () => clearTimeout(waiting.current), []);
}

/** Messages after `seq`, from the end on. */
function newest(items: readonly Item[], seq: number) {
  const found = [];
  for (let at = items.length - 1; at >= 0; at--) {
    const item = items[at];
    if (item?.kind !== "message" || item.state !== "sent") continue;
    if (item.message.seq <= seq) break;
    found.unshift(item.message);
  }
  return found;
}
