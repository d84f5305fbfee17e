/** What the whole page can do at a key or a click: move between conversations, mark as read, change the look. */

import { go } from "./route.ts";
import { closeTop, dialog, toast, view } from "./layers.ts";
import { setTheme, theme } from "./preferences.ts";
import { mine } from "../door/mine.ts";
import { client, inbox, row, selected } from "./state.ts";
import { shown } from "../sidebar/shown.ts";
import { t, why } from "../words/index.ts";
import { register } from "./shortcuts.ts";

/** To the next conversation of the list in the direction `step`; only unread ones when asked. */
export function move(step: 1 | -1, unread = false): boolean {
  const rows = shown.value;
  const at = rows.findIndex(({ conversation }) => conversation === selected.value);
  for (let to = at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step; to >= 0 && to < rows.length; to += step) {
    const next = rows[to];
    if (next && (!unread || next.unread > 0 || next.unread_from > 0)) {
      go(next.conversation);
      return true;
    }
  }
  return false;
}

export function markRead(conversation: number): void {
  const state = inbox.value.rows.find((each) => each.conversation === conversation);
  if (!state) return;
  if (state.unread_from > 0) void client().prefer(conversation, { unread_from: 0 }).catch(complain);
  client().markRead(conversation, state.last_number);
}

/** Everything read, with a way back for ten seconds. */
export async function readAll(): Promise<void> {
  try {
    const marked = await mine.readAll();
    client().refresh();
    if (marked.length === 0) return;
    toast.value = { text: t("all_read", { n: marked.length }), action: t("undo"), run: () => void unread(marked) };
  } catch (cause) {
    complain(cause);
  }
}

async function unread(marked: readonly { readonly conversation: number; readonly read_number_before: number }[]): Promise<void> {
  for (const { conversation, read_number_before } of marked) {
    await client().prefer(conversation, { unread_from: read_number_before + 1 }).catch(complain);
  }
  client().refresh();
}

/** Says that something did not work. */
export function complain(cause: unknown): void {
  const code = (cause as { code?: string }).code ?? "internal";
  toast.value = { text: t("failed_because", { why: why(code) }) };
}

function search(): void {
  view.value = "chats";
  requestAnimationFrame(() => document.querySelector<HTMLInputElement>(".search input")?.focus());
}

function escape(): boolean {
  if (closeTop()) return true;
  if (!row.value || row.value.unread === 0) return false;
  markRead(selected.value);
  return true;
}

export function registerShortcuts(): void {
  const dark = (): boolean => theme.value === "dark" || (theme.value === "" && matchMedia("(prefers-color-scheme: dark)").matches);
  register(
    { name: "k_switcher", where: "page", keys: "Mod+K", run: () => void (dialog.value = { is: "switcher" }) },
    { name: "k_previous", where: "page", keys: "Alt+ArrowUp", run: () => move(-1) },
    { name: "k_next", where: "page", keys: "Alt+ArrowDown", run: () => move(1) },
    { name: "k_previous_unread", where: "page", keys: "Alt+Shift+ArrowUp", run: () => move(-1, true) },
    { name: "k_next_unread", where: "page", keys: "Alt+Shift+ArrowDown", run: () => move(1, true) },
    { name: "k_search", where: "page", keys: "Mod+Shift+F", run: search },
    { name: "k_escape", where: "page", keys: "Escape", run: escape },
    { name: "k_read_all", where: "page", keys: "Shift+Escape", run: () => void readAll() },
    { name: "k_theme", where: "page", keys: "Mod+Shift+D", run: () => setTheme(dark() ? "light" : "dark") },
    { name: "k_help", where: "page", keys: "?", run: () => void (dialog.value = { is: "shortcuts" }) },
    { name: "k_move", where: "message", keys: "ArrowUp ArrowDown Home End" },
    { name: "reply", where: "message", keys: "R" },
    { name: "k_thread", where: "message", keys: "T" },
    { name: "edit", where: "message", keys: "E" },
    { name: "react", where: "message", keys: "+" },
    { name: "k_forward", where: "message", keys: "F" },
    { name: "k_pin", where: "message", keys: "P" },
    { name: "copy", where: "message", keys: "C" },
    { name: "actions", where: "message", keys: "Enter" },
    { name: "k_edit_last", where: "composer", keys: "ArrowUp" },
    { name: "k_break", where: "composer", keys: "Shift+Enter" },
    { name: "k_upload", where: "composer", keys: "Mod+U" },
    { name: "k_here", where: "composer", keys: "Mod+F" },
  );
}
