/** All emojis: found by name in the reader's language, the last used first, moved through by arrows. */

import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { EmojisProps } from "../talk/Emojis.tsx";
import { recent, used } from "../talk/recent.ts";
import { language, t } from "../words/index.ts";
import { emojiGroups, findEmojis, type EmojiGroup } from "./data.ts";
import "../style/emoji.css";

const COLUMNS = 8;
const FOUND = 64;
const MARGIN = 8;

export function Board({ anchor, choose, close }: EmojisProps) {
  const groups = useSignal<readonly EmojiGroup[]>([]);
  const query = useSignal("");
  const box = useRef<HTMLDivElement>(null);
  const [left, top] = usePlace(box, anchor);
  useAway(box, close);
  useEffect(() => void emojiGroups().then((all) => (groups.value = all)), [language.value]);
  const shown = useMemo((): readonly EmojiGroup[] => {
    if (query.value.trim()) return [{ name: t("found_emojis"), emojis: findEmojis(groups.value, query.value.trim(), FOUND) }];
    const last = recent.value.slice(0, COLUMNS * 2).map((emoji) => ({ emoji, name: nameIn(groups.value, emoji), words: "" }));
    return last.length > 0 ? [{ name: t("recent_emojis"), emojis: last }, ...groups.value] : groups.value;
  }, [query.value, groups.value]);
  const take = (emoji: string): void => {
    used(emoji);
    close();
    choose(emoji);
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && event.target instanceof HTMLInputElement) {
      const first = shown[0]?.emojis[0];
      if (first && !event.isComposing && event.keyCode !== 229) take(first.emoji);
    } else if (!move(box.current, event)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div ref={box} class="emoji-board" role="dialog" aria-label={t("emoji")} style={{ left: `${left}px`, top: `${top}px` }} onKeyDown={key}>
      <input type="search" placeholder={t("find_emoji")} aria-label={t("find_emoji")} value={query.value} onInput={(event) => (query.value = event.currentTarget.value)} />
      <div class="emoji-scroll scroll" tabIndex={-1}>
        {shown.map((group) => (
          <section key={group.name} aria-label={group.name}>
            <h3>{group.name}</h3>
            <div class="emoji-grid">
              {group.emojis.map(({ emoji, name }) => (
                <button key={emoji} type="button" tabIndex={-1} title={name} aria-label={`${emoji} ${name}`.trim()} onClick={() => take(emoji)}>
                  {emoji}
                </button>
              ))}
            </div>
          </section>
        ))}
        {groups.value.length === 0 && <p class="hint center">{t("loading")}</p>}
        {query.value.trim() && shown[0]?.emojis.length === 0 && <p class="hint center">{t("no_emoji")}</p>}
      </div>
    </div>
  );
}

function nameIn(groups: readonly EmojiGroup[], emoji: string): string {
  for (const { emojis } of groups) for (const each of emojis) if (each.emoji === emoji) return each.name;
  return "";
}

/** Inside the window, beside the button. */
function usePlace(box: { current: HTMLElement | null }, { x, y }: EmojisProps["anchor"]): readonly [number, number] {
  const place = useSignal<readonly [number, number]>([x, y]);
  useLayoutEffect(() => {
    const { width = 0, height = 0 } = box.current?.getBoundingClientRect() ?? {};
    place.value = [Math.max(MARGIN, Math.min(x, innerWidth - width - MARGIN)), Math.max(MARGIN, Math.min(y, innerHeight - height - MARGIN))];
    const before = document.activeElement;
    box.current?.querySelector("input")?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, [x, y]);
  return place.value;
}

function useAway(box: { current: HTMLElement | null }, close: () => void): void {
  useEffect(() => {
    const away = (event: Event): void => {
      if (!box.current?.contains(event.target as Node)) close();
    };
    addEventListener("pointerdown", away, true);
    addEventListener("resize", close);
    return () => {
      removeEventListener("pointerdown", away, true);
      removeEventListener("resize", close);
    };
  }, []);
}

/** Arrows move over the grid; from the field, down enters it. */
function move(box: HTMLElement | null, event: KeyboardEvent): boolean {
  const all = [...(box?.querySelectorAll<HTMLElement>(".emoji-grid button") ?? [])];
  const at = all.indexOf(document.activeElement as HTMLElement);
  if (at < 0) {
    if (event.key !== "ArrowDown") return false;
    all[0]?.focus();
    return true;
  }
  const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS };
  const step = steps[event.key];
  if (step === undefined) return false;
  if (at + step < 0) box?.querySelector("input")?.focus();
  else all[Math.min(all.length - 1, at + step)]?.focus();
  return true;
}
