/** One conversation of the list. Drawn anew only when its own row changes. */

import type { ConversationState } from "@parley/sdk";
import { computed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { titleOf } from "../app/names.ts";
import { go } from "../app/route.ts";
import { drafts, presence, selected, typing } from "../app/state.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { typingText } from "../talk/typing.ts";
import { t } from "../words/index.ts";
import { brief } from "../words/time.ts";
import { previewOf } from "./preview.ts";

export function Row({ row }: { row: ConversationState }) {
  const id = row.conversation;
  const open = useMemo(() => computed(() => selected.value === id), [id]);
  const draft = useMemo(() => computed(() => (selected.value === id ? "" : (drafts.value.get(id) ?? ""))), [id]);
  const busy = useMemo(() => computed(() => typingText(typing.value.get(id) ?? [], row.kind)), [id, row.kind]);
  const status = useMemo(() => computed(() => (row.peer ? presence.value.get(row.peer) : undefined)), [row.peer]);
  const title = titleOf(row);
  return (
    <li>
      <a class="conversation" href={`#/c/${id}`} aria-current={open.value ? "page" : undefined} onClick={(event) => follow(event, id)}>
        <Avatar id={row.peer || id} name={title} kind={row.kind} size={44} status={status.value} />
        <span class="conversation-text">
          <span class="line">
            <span class="title">{title}</span>
            <time>{brief(row.last_at, Date.now())}</time>
          </span>
          <span class="line">
            <span class="preview">
              {busy.value ? (
                <em class="busy">{busy.value}</em>
              ) : draft.value ? (
                <>
                  <em class="draft">{t("draft")}</em> {draft.value}
                </>
              ) : (
                previewOf(row)
              )}
            </span>
            <Badges row={row} />
          </span>
        </span>
      </a>
    </li>
  );
}

function follow(event: MouseEvent, conversation: number): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  go(conversation);
}

function Badges({ row }: { row: ConversationState }) {
  return (
    <>
      {row.unread_mentions > 0 && (
        <span class="badge mention">
          <span aria-hidden="true">@</span>
          <span class="hidden">{t("mentions_you")}</span>
        </span>
      )}
      {row.unread > 0 && (
        <span class="badge">
          <span aria-hidden="true">{row.unread > 999 ? "999+" : row.unread}</span>
          <span class="hidden">{t("unread", { n: row.unread })}</span>
        </span>
      )}
    </>
  );
}
