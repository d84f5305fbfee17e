/** What can be done with a message: by menu, by key and by the buttons beside it. */

import type { ConversationState, MessageCreated, MessageItem } from "@parley/sdk";
import { dialog, pane, toast } from "../app/layers.ts";
import { go, linkTo } from "../app/route.ts";
import { client, me } from "../app/state.ts";
import { mine } from "../door/mine.ts";
import { textOf } from "../kinds/summary.ts";
import type { IconName } from "../parts/Icon.tsx";
import type { Shown } from "../whispers/heard.ts";
import { t, why, type Word } from "../words/index.ts";
import { full } from "../words/time.ts";
import { sheet, type Place } from "./place.ts";
import { isSaved } from "./saved.ts";
import { startTranslating, translator } from "./translate.ts";

export type Verb =
  | "reply" | "thread" | "edit" | "copy" | "link" | "forward" | "pick" | "pin" | "unpin" | "save" | "unsave" | "remind"
  | "translate" | "unread" | "readers" | "history" | "report" | "recall";

interface Look {
  readonly word: Word;
  readonly icon: IconName;
  readonly key: string;
}

export const LOOKS: Readonly<Record<Verb, Look>> = {
  reply: { word: "reply", icon: "reply", key: "R" },
  thread: { word: "thread_open", icon: "thread", key: "T" },
  edit: { word: "edit", icon: "edit", key: "E" },
  copy: { word: "copy", icon: "copy", key: "C" },
  link: { word: "copy_link", icon: "link", key: "" },
  forward: { word: "forward", icon: "forward", key: "F" },
  pick: { word: "pick_several", icon: "select", key: "" },
  pin: { word: "pin", icon: "pin", key: "P" },
  unpin: { word: "unpin", icon: "pin", key: "P" },
  save: { word: "save_message", icon: "bookmark", key: "S" },
  unsave: { word: "unsave_message", icon: "bookmark", key: "S" },
  remind: { word: "remind", icon: "bell", key: "" },
  translate: { word: "translate", icon: "translate", key: "" },
  unread: { word: "mark_unread_here", icon: "unread", key: "U" },
  readers: { word: "readers", icon: "checks", key: "" },
  history: { word: "edit_history", icon: "clock", key: "" },
  report: { word: "report", icon: "alert", key: "" },
  recall: { word: "recall", icon: "undo", key: "" },
};

/** Groups up to which every member may pin, and messages may be urgent. */
export const INTIMATE = 500;

export function leads({ role }: ConversationState): boolean {
  return role === "owner" || role === "admin";
}

function mayPin(row: ConversationState): boolean {
  return row.kind !== "group" || leads(row) || (row.post_policy === "all" && row.member_count <= INTIMATE);
}

export function verbsFor({ message, state }: MessageItem, place: Place): Verb[] {
  if (state !== "sent" || message.seq === 0 || message.recalled_at) return [];
  const row = place.row.value;
  const mine = message.sender === me.value;
  const verbs: Verb[] = ["reply"];
  if (!place.root && row.kind !== "personal") verbs.push("thread");
  if (mine && message.kind === "text") verbs.push("edit");
  if (textOf(message.body)) verbs.push("copy");
  verbs.push("link", "forward", "pick");
  if (mayPin(row)) verbs.push(message.pinned_at ? "unpin" : "pin");
  verbs.push(isSaved(message) ? "unsave" : "save", "remind");
  if (translator.value && textOf(message.body)) verbs.push("translate");
  if (!mine && !place.root) verbs.push("unread");
  if (row.kind === "group") verbs.push("readers");
  if (message.edited_at) verbs.push("history");
  if (row.kind === "group" && !mine && message.sender) verbs.push("report");
  if (mine || leads(row)) verbs.push("recall");
  return verbs;
}

/** Tells when the server refused. */
function attempt(doing: Promise<unknown>, done?: string): void {
  doing.then(
    () => done && (toast.value = { text: done }),
    (cause: { code?: string }) => void (toast.value = { text: t("not_done", { why: why(cause.code ?? "internal") }) }),
  );
}

export function perform(verb: Verb, { message }: { readonly message: MessageCreated }, place: Place): void {
  const { conversation, seq } = message;
  switch (verb) {
    case "reply":
    case "edit":
      place.about.value = { is: verb, message };
      return;
    case "thread":
      pane.value = { is: "thread", conversation, root: message.thread_root || seq };
      return;
    case "copy":
      return attempt(navigator.clipboard.writeText(textOf(message.body)), t("copied"));
    case "link":
      return attempt(navigator.clipboard.writeText(linkTo(conversation, seq)), t("link_copied"));
    case "forward":
      sheet.value = { is: "forward", conversation, messages: [message] };
      return;
    case "pick":
      place.picked.value = new Map([[seq, message]]);
      return;
    case "pin":
    case "unpin":
      return attempt(client().pins.pin(conversation, seq, verb === "pin"));
    case "save":
    case "unsave":
      return attempt(client().saved.save(conversation, seq, verb === "save"), verb === "save" ? t("saved_now") : undefined);
    case "remind":
      sheet.value = { is: "when", what: "remind", choose: (at) => attempt(mine.remind(conversation, seq, at), t("remind_set", { at: full(at) })) };
      return;
    case "translate":
      return startTranslating(message);
    case "unread":
      return attempt(client().prefer(conversation, { unread_from: message.number }).then(() => go(0)));
    case "readers":
      sheet.value = { is: "readers", message };
      return;
    case "history":
      sheet.value = { is: "edits", message };
      return;
    case "report":
      sheet.value = { is: "report", message };
      return;
    case "recall":
      return attempt(client().recall(conversation, seq));
  }
}

/** Puts an emoji under a message or takes one's own back. */
export function react(message: MessageCreated, emoji: string): void {
  const on = !(message.reactions[emoji] ?? []).includes(me.value);
  attempt(client().react(message.conversation, message.seq, emoji, on));
}

/** Keys on a focused message. True when the key meant something. */
export function keysOf(event: KeyboardEvent, item: Shown | undefined, place: Place): boolean {
  if (item?.kind !== "message" || event.ctrlKey || event.metaKey || event.altKey || dialog.value) return false;
  const row = event.target as HTMLElement;
  if (place.picked.value && event.key === " ") {
    togglePicked(place, item.message);
    return true;
  }
  const verbs = verbsFor(item, place);
  const verb = verbs.find((each) => LOOKS[each].key && LOOKS[each].key.toLowerCase() === event.key.toLowerCase());
  if (verb) {
    perform(verb, item, place);
    return true;
  }
  if (verbs.length === 0) return false;
  const opens = ["Enter", "ContextMenu"].includes(event.key) || (event.key === "F10" && event.shiftKey);
  if (event.key === "Enter" && item.message.thread_root > 0 && row.classList.contains("folded")) {
    perform("thread", item, place);
    return true;
  }
  if (!opens && event.key !== "+") return false;
  const bubble = (row.querySelector(".bubble") ?? row).getBoundingClientRect();
  place.chosen.value = { item, anchor: { x: bubble.left, y: bubble.bottom + 4 }, as: event.key === "+" ? "react" : "menu" };
  return true;
}

/** The server takes so many messages at once. */
const MOST_PICKED = 100;

export function togglePicked(place: Place, message: MessageCreated): void {
  const next = new Map(place.picked.value);
  if (!next.delete(message.seq) && next.size < MOST_PICKED) next.set(message.seq, message);
  place.picked.value = next;
}
