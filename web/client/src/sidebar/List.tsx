/** The list of conversations: only rows in sight are drawn, and a row only when it changed itself. */

import type { ConversationState } from "@parley/sdk";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { dialog } from "../app/layers.ts";
import { settings } from "../app/settings.ts";
import { inbox, selected } from "../app/state.ts";
import { useLines } from "../parts/lines.ts";
import { t } from "../words/index.ts";
import { Ghosts } from "./Ghosts.tsx";
import { Row } from "./Row.tsx";
import { RowMenu, type Opened } from "./RowMenu.tsx";
import { filter, kept, shown } from "./shown.ts";

/** The same heights as in sidebar.css. */
const HEIGHTS = { comfortable: 64, compact: 40 } as const;

export function List() {
  const rows = shown.value;
  const box = useRef<HTMLDivElement>(null);
  const menu = useSignal<Opened | null>(null);
  const focused = useSignal(0);
  const density = settings.value.density;
  const height = HEIGHTS[density];
  const lines = useLines(box, rows.length, () => height, height);
  const drawn = useDrawn(menu);
  useFollowing(rows, lines.reveal);
  if (!inbox.value.ready && inbox.value.rows.length === 0) return <Ghosts />;
  if (rows.length === 0) return <Empty />;

  const starred = rows.filter(({ starred_at }) => starred_at > 0).length;
  const inSight = rows.slice(lines.first, lines.last + 1);
  const tab = rows.some(({ conversation }) => conversation === focused.value) ? focused.value : selected.value;
  const tabbable = inSight.some(({ conversation }) => conversation === tab) ? tab : (inSight[0]?.conversation ?? 0);
  const key = (event: KeyboardEvent): void => {
    const at = rows.findIndex(({ conversation }) => conversation === focused.value);
    const moves: Readonly<Record<string, number>> = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 };
    const to = moves[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const next = rows[Math.max(0, Math.min(rows.length - 1, to))];
    if (!next) return;
    lines.reveal(Math.max(0, to));
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[data-conversation="${next.conversation}"]`)?.focus({ preventScroll: true }));
  };
  return (
    <div class="scroll" ref={box}>
      <ul class={`conversations ${density}`} style={{ height: `${lines.tops.at(-1) ?? 0}px` }} onKeyDown={key}>
        {inSight.map((row, at) => {
          const index = lines.first + at;
          return (
            <li
              key={row.conversation}
              class={index === starred - 1 ? "last-star" : undefined}
              aria-setsize={rows.length}
              aria-posinset={index + 1}
              style={{ transform: `translateY(${lines.tops[index] ?? 0}px)` }}
              onFocusCapture={() => (focused.value = row.conversation)}
            >
              {drawn(row, row.conversation === tabbable, density)}
            </li>
          );
        })}
      </ul>
      {menu.value && <RowMenu {...menu.value} close={() => (menu.value = null)} />}
    </div>
  );
}

interface Drawn {
  readonly row: ConversationState;
  readonly tabbable: boolean;
  readonly density: string;
  readonly node: JSX.Element;
}

/** The same node for the same row: what did not change is not even compared. Rows out of sight are let go of: a kept node keeps its elements. */
function useDrawn(menu: { value: Opened | null }): (row: ConversationState, tabbable: boolean, density: string) => JSX.Element {
  const cache = useRef<ReadonlyMap<number, Drawn>>(new Map());
  const before = cache.current;
  const now = new Map<number, Drawn>();
  cache.current = now;
  return (row, tabbable, density) => {
    const known = before.get(row.conversation);
    const same = known?.row === row && known.tabbable === tabbable && known.density === density;
    const drawn = same ? known : { row, tabbable, density, node: <Row row={row} tabbable={tabbable} compact={density === "compact"} menu={opener(menu, row.conversation)} /> };
    now.set(row.conversation, drawn);
    return drawn.node;
  };
}

/**
 * Out here on purpose: made inside `useDrawn`, what a kept node calls would hold the rows drawn before it, those the rows
 * drawn before them, and so on to the first, with all their elements.
 */
function opener(menu: { value: Opened | null }, conversation: number): (x: number, y: number) => void {
  return (x, y) => void (menu.value = { conversation, anchor: { x, y } });
}

/** What is opened by key or link comes into sight; a filtered list keeps what is open. */
function useFollowing(rows: readonly ConversationState[], reveal: (index: number) => void): void {
  const open = selected.value;
  useLayoutEffect(() => {
    const at = rows.findIndex(({ conversation }) => conversation === open);
    if (at >= 0) reveal(at);
  }, [open]);
  useEffect(() => {
    kept.value = open;
  }, [open, filter.value]);
}

function Empty() {
  const by = filter.value;
  const folder = settings.value.folders.find(({ id }) => String(id) === by);
  if (folder) {
    return (
      <div class="empty">
        <p>{t("folder_empty")}</p>
        <button type="button" class="plain" onClick={() => (dialog.value = { is: "folder", folder: folder.id })}>
          {t("folder_fill")}
        </button>
      </div>
    );
  }
  if (by !== "all") {
    return (
      <div class="empty">
        <p>{t(by === "unread" ? "unread_none" : "mentions_none")}</p>
        <button type="button" class="plain" onClick={() => (filter.value = "all")}>
          {t("filter_all")}
        </button>
      </div>
    );
  }
  return (
    <div class="empty">
      <p>{t("no_conversations")}</p>
      <p class="hint">{t("no_conversations_hint")}</p>
      <button type="button" class="button" onClick={() => (dialog.value = { is: "new" })}>
        {t("new_chat")}
      </button>
    </div>
  );
}
