/** The number on the window: in the title, on the icon of the tab and on the installed app. From the rows, from one place. */

import { computed, effect } from "@preact/signals";
import { titleOf } from "./names.ts";
import { weightOf } from "./quiet.ts";
import { inbox, row, threads } from "./state.ts";

/** Unread messages that are worth a number: those of muted conversations are not, mentions there are. */
export const badge = computed(() => {
  const now = Date.now();
  return inbox.value.rows.reduce((sum, each) => sum + weightOf(each, now), 0);
});

/** Followed threads with something new. */
export const threadsUnread = computed(() => threads.value.unread);

const PLAIN = "/static/pages/mark.svg";

/** Keeps title, icon and app badge true for as long as the page lives. */
export function showBadge(): void {
  effect(() => {
    const count = badge.value;
    const name = row.value ? `${titleOf(row.value)} · ` : "";
    document.title = `${count > 0 ? `(${count > 999 ? "999+" : count}) ` : ""}${name}Parley`;
  });
  let drawn = -1;
  effect(() => {
    const count = badge.value;
    if (count === drawn) return;
    drawn = count;
    void icon(count);
    const on = count > 0 ? navigator.setAppBadge?.(count) : navigator.clearAppBadge?.();
    on?.catch(() => undefined);
  });
}

/** The mark with a spot at its corner. Drawn on a canvas: the policy allows no script-made SVG, and needs none. */
async function icon(count: number): Promise<void> {
  const link = document.querySelector<HTMLLinkElement>("link[rel=icon]");
  if (!link) return;
  link.dataset.plain ??= link.href || PLAIN;
  if (count === 0) {
    link.href = link.dataset.plain;
    return;
  }
  const size = 64;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d");
  if (!pen) return;
  const mark = new Image(size, size);
  mark.src = link.dataset.plain;
  await mark.decode().catch(() => undefined);
  if (mark.naturalWidth > 0) pen.drawImage(mark, 0, 0, size, size);
  pen.fillStyle = "#d3202c";
  pen.beginPath();
  pen.arc(46, 18, 18, 0, 2 * Math.PI);
  pen.fill();
  pen.fillStyle = "#fff";
  pen.font = `700 ${count > 9 ? 22 : 27}px system-ui, sans-serif`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(count > 99 ? "99" : String(count), 46, 20);
  link.href = canvas.toDataURL("image/png");
}
