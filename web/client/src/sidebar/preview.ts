/** The second line of a conversation's row: what was said last, in one line. */

import type { ConversationState } from "@parley/sdk";
import { nameOf } from "../app/names.ts";
import { me } from "../app/state.ts";
import { summaryOf } from "../kinds/summary.ts";
import { t } from "../words/index.ts";

export function previewOf(row: ConversationState): string {
  const { last } = row;
  if (!last) return "";
  const mine = last.sender === me.value;
  if (last.recalled_at) return mine ? t("recalled_you") : t("recalled", { name: nameOf(last.sender) });
  const text = summaryOf(last.kind, last.body);
  if (row.kind === "group" && last.kind !== "system") {
    return t("said", { name: mine ? t("you") : nameOf(last.sender), text });
  }
  return text;
}
