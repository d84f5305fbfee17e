/** What happened to a conversation, as a sentence. */

import type { DurableEvent, MessageCreated } from "@parley/sdk";
import { nameOf } from "../app/names.ts";
import { me } from "../app/state.ts";
import { language, t } from "../words/index.ts";

/** Names said in full before the rest is counted. */
const NAMED = 3;

export function noticeOf(event: DurableEvent): string {
  const name = nameFor(event.sender);
  switch (event.type) {
    case "conversation.created":
      return t("n_created", { name });
    case "conversation.updated":
      return event.title ? t("n_renamed", { name, title: event.title }) : t("n_changed", { name });
    case "member.added":
      return isAlone(event) ? t("n_joined", { name }) : t("n_added", { name, others: namesOf(event.users.filter((user) => user !== event.sender)) });
    case "member.removed":
      return isAlone(event) ? t("n_left", { name }) : t("n_removed", { name, others: namesOf(event.users) });
    default:
      return "";
  }
}

function isAlone({ sender, users }: { sender: number; users: readonly number[] }): boolean {
  return users.length === 1 && users[0] === sender;
}

function nameFor(user: number): string {
  return user === me.value ? t("you") : nameOf(user);
}

function namesOf(users: readonly number[]): string {
  const named = users.slice(0, users.length > NAMED + 1 ? NAMED : NAMED + 1).map(nameFor);
  const names = new Intl.ListFormat(language.value, { type: users.length > named.length ? "unit" : "conjunction" }).format(named);
  const n = users.length - named.length;
  return n > 0 ? t("and_others", { names, n }) : names;
}

export function recalledText({ sender }: MessageCreated): string {
  return sender === me.value ? t("recalled_you") : t("recalled", { name: nameOf(sender) });
}
