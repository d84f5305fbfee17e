/** One conversation of the list. Drawn anew only when its own row changes. */

import type { ConversationState } from "@parley/sdk";
import { computed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { titleOf } from "../app/names.ts";
import { isMuted } from "../app/quiet.ts";
import { go } from "../app/route.ts";
import { drafts, people, presence, selected, typing } from "../app/state.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Icon } from "../parts/Icon.tsx";
import { typingText } from "../talk/typing.ts";
import { t } from "../words/index.ts";
import { brief } from "../words/time.ts";
import { previewOf } from "./preview.ts";

interface Props {
  readonly row: ConversationState;
  readonly tabbable: boolean;
  readonly compact: boolean;
  readonly menu: (x: number, y: number) => void;
}

export function Row({ row, tabbable, compact, menu }: Props) {
  const id = row.conversation;
  const open = useMemo(() => computed(() => selected.value === id), [id]);
  const status = useMemo(() => computed(() => (row.peer ? presence.value.get(row.peer) : undefined)), [row.peer]);
  const title = titleOf(row);
  const muted = isMuted(row, Date.now());
  const unread = row.unread > 0 || row.unread_from > 0;
  const context = (event: MouseEvent): void => {
    event.preventDefault();
    menu(event.clientX, event.clientY);
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key !== "ContextMenu" && !(event.key === "F10" && event.shiftKey)) return;
    event.preventDefault();
    const { left, bottom } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    menu(left + 48, bottom - 8);
  };
  return (
    <>
      <a
        class={unread && !muted ? "conversation unread" : "conversation"}
        href={`#/c/${id}`}
        data-conversation={id}
        tabIndex={tabbable ? 0 : -1}
        aria-current={open.value ? "page" : undefined}
        onClick={(event) => follow(event, id)}
        onContextMenu={context}
        onKeyDown={key}
      >
        <Avatar id={row.peer || id} name={title} kind={row.kind} size={compact ? 26 : 44} status={status.value} file={row.avatar || people.value.get(row.peer)?.avatar} />
        <span class="conversation-text">
          <span class="line">
            <span class="title">{title}</span>
            <StatusEmoji user={row.peer} />
            {muted && (
              <span class="sign">
                <Icon name="quiet" size={14} />
                <span class="hidden">{t("muted_row")}</span>
              </span>
            )}
            <time>{brief(row.last_at, Date.now())}</time>
            {compact && <Badges row={row} muted={muted} />}
          </span>
          {!compact && (
            <span class="line">
              <Preview row={row} />
              <Badges row={row} muted={muted} />
            </span>
          )}
        </span>
      </a>
      <button
        type="button"
        class="quiet round small row-more"
        tabIndex={-1}
        aria-label={t("row_actions", { name: title })}
        aria-haspopup="menu"
        onClick={(event) => {
          const { left, bottom } = event.currentTarget.getBoundingClientRect();
          menu(left, bottom + 4);
        }}
      >
        <Icon name="more" size={16} />
      </button>
    </>
  );
}

function follow(event: MouseEvent, conversation: number): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  go(conversation);
}

function StatusEmoji({ user }: { user: number }) {
  const person = user ? people.value.get(user) : undefined;
  if (!person?.status_emoji || (person.status_until > 0 && person.status_until < Date.now())) return null;
  return (
    <span class="status-emoji" title={person.status_text}>
      {person.status_emoji}
    </span>
  );
}

/** Typing first, then what one has not sent, then what was said last. */
function Preview({ row }: { row: ConversationState }) {
  const id = row.conversation;
  const draft = useMemo(() => computed(() => (selected.value === id ? "" : (drafts.value.get(id) ?? ""))), [id]);
  const busy = useMemo(() => computed(() => typingText(typing.value.get(id) ?? [], row.kind)), [id, row.kind]);
  return (
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
  );
}

function Badges({ row, muted }: { row: ConversationState; muted: boolean }) {
  const { unread, unread_mentions: mentions, unread_from: marked } = row;
  return (
    <>
      {mentions > 0 && (
        <span class="badge mention">
          <span aria-hidden="true">@{mentions > 1 ? mentions : ""}</span>
          <span class="hidden">{t("mentions_you")}</span>
        </span>
      )}
      {unread > 0 && !muted ? (
        <span class="badge">
          <span aria-hidden="true">{unread > 999 ? "999+" : unread}</span>
          <span class="hidden">{t("unread", { n: unread })}</span>
        </span>
      ) : (
        (unread > 0 || marked > 0) && (
          <span class={muted ? "badge dot muted" : "badge dot"}>
            <span class="hidden">{unread > 0 ? t("unread", { n: unread }) : t("marked_unread")}</span>
          </span>
        )
      )}
    </>
  );
}
