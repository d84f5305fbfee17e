/** What one person said: the bubble with its words, what others did to it, and how far it got. */

import type { MessageCreated, MessageItem } from "@parley/sdk";
import { pane, showCard } from "../app/layers.ts";
import { nameOf } from "../app/names.ts";
import { client, me, people } from "../app/state.ts";
import { Body } from "../kinds/Body.tsx";
import { Previews } from "../kinds/Previews.tsx";
import { summaryOf } from "../kinds/summary.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Icon } from "../parts/Icon.tsx";
import { OnlyYou } from "../whispers/Whisper.tsx";
import { whisperOf } from "../whispers/heard.ts";
import { t, why } from "../words/index.ts";
import { brief, clock, full } from "../words/time.ts";
import { recalledText } from "./notice.ts";
import { sheet, type Place } from "./place.ts";
import type { Line } from "./rows.ts";
import { isSaved } from "./saved.ts";
import { Ticks } from "./Ticks.tsx";
import { translationKey, translations } from "./translate.ts";
import { perform, react } from "./verbs.ts";

interface Props {
  readonly item: MessageItem;
  readonly line: Line;
  readonly place: Place;
  readonly picks: boolean;
  readonly chosen: boolean;
}

export function Message({ item, line, place, picks, chosen }: Props) {
  const { message, state } = item;
  const { kind } = place.row.value;
  const mine = message.sender === me.value;
  const faces = (!mine && kind !== "direct") || place.root > 0;
  const menu = (x: number, y: number, as: "menu" | "react" = "menu"): void => void (place.chosen.value = { item, anchor: { x, y }, as });
  return (
    <div class="said">
      {picks && (
        <span class={chosen ? "pick on" : "pick"} aria-hidden="true">
          {chosen && <Icon name="check" size={14} />}
        </span>
      )}
      {faces && !mine && <Face message={message} shown={line.leads} />}
      <div class="saying">
        {line.leads && faces && !mine && <p class="who">{nameOf(message.sender)}</p>}
        <div
          class={`bubble of-${message.kind}`}
          onContextMenu={(event) => {
            if ((event.target as HTMLElement).closest("a")) return; // the browser's own menu knows links
            event.preventDefault();
            menu(event.clientX, event.clientY);
          }}
        >
          {message.urgent && <p class="flag urgent-flag"><Icon name="urgent" size={14} /> {t("urgent")}</p>}
          {message.forwarded_from > 0 && <p class="flag"><Icon name="forward" size={14} /> {t("forwarded_from", { name: nameOf(message.forwarded_from) })}</p>}
          {whisperOf(message) > 0 && <OnlyYou />}
          {message.reply_to > 0 && <Quote message={message} place={place} />}
          <Body message={message} />
          <Translation message={message} />
          <span class="meta">
            {message.pinned_at > 0 && <Icon name="pin" size={13} />}
            {isSaved(message) && <Icon name="bookmark" size={13} />}
            {message.edited_at > 0 && <button type="button" class="edited" tabIndex={-1} title={t("edit_history")} onClick={() => (sheet.value = { is: "edits", message })}>{t("edited")}</button>}
            <time title={full(message.at)}>{clock(message.at)}</time>
            {mine && <Ticks item={item} kind={kind} />}
          </span>
          {state === "sent" && !picks && <Tools item={item} place={place} menu={menu} />}
        </div>
        {message.previews.length > 0 && <Previews message={message} />}
        {message.urgent && state === "sent" && <Confirm message={message} />}
        <Reactions message={message} more={(x, y) => menu(x, y, "react")} />
        {message.thread_count > 0 && place.root === 0 && <ThreadFoot message={message} />}
        {state === "failed" && <Failed item={item} />}
      </div>
    </div>
  );
}

/** For the pointer only: whoever uses keys finds the same card in the list of members. */
function Face({ message: { sender }, shown }: { message: MessageCreated; shown: boolean }) {
  return (
    <span class="face" aria-hidden="true" onClick={(event) => shown && showCard(sender, event.currentTarget)}>
      {shown && <Avatar id={sender} name={nameOf(sender)} size={34} file={people.value.get(sender)?.avatar ?? ""} />}
    </span>
  );
}

function Tools({ item, place, menu }: { item: MessageItem; place: Place; menu: (x: number, y: number, as?: "menu" | "react") => void }) {
  const at = (event: MouseEvent): readonly [number, number] => {
    const { left, bottom } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return [left, bottom + 4];
  };
  return (
    <span class="tools">
      <button type="button" tabIndex={-1} aria-label={t("react")} title={t("react")} aria-haspopup="dialog" onClick={(event) => menu(...at(event), "react")}>
        <Icon name="smile" size={17} />
      </button>
      <button type="button" tabIndex={-1} aria-label={t("reply")} title={t("reply")} onClick={() => perform("reply", item, place)}>
        <Icon name="reply" size={17} />
      </button>
      {place.root === 0 && place.row.value.kind !== "personal" && (
        <button type="button" tabIndex={-1} aria-label={t("thread_open")} title={t("thread_open")} onClick={() => perform("thread", item, place)}>
          <Icon name="thread" size={17} />
        </button>
      )}
      <button type="button" tabIndex={-1} aria-label={t("actions")} title={t("actions")} aria-haspopup="menu" onClick={(event) => menu(...at(event))}>
        <Icon name="more" size={17} />
      </button>
    </span>
  );
}

function Quote({ message, place }: { message: MessageCreated; place: Place }) {
  const quoted = client().timeline(message.conversation).find(message.reply_to);
  return (
    <button type="button" class="quote" tabIndex={-1} title={t("go_to_message")} onClick={() => (place.wanted.value = message.reply_to)}>
      {quoted ? (
        <>
          <b>{nameOf(quoted.sender)}</b>
          <span>{quoted.recalled_at ? recalledText(quoted) : summaryOf(quoted.kind, quoted.body)}</span>
        </>
      ) : (
        <span>{t("quote_gone")}</span>
      )}
    </button>
  );
}

/** Names said under a reaction; more are counted. */
const NAMED = 8;

function Reactions({ message, more }: { message: MessageCreated; more: (x: number, y: number) => void }) {
  const all = Object.entries(message.reactions);
  if (all.length === 0) return null;
  return (
    <ul class="reactions">
      {all.map(([emoji, users]) => {
        const on = users.includes(me.value);
        const names = users.slice(0, NAMED).map((user) => (user === me.value ? t("you") : nameOf(user))).join(", ");
        return (
          <li key={emoji}>
            <button type="button" tabIndex={-1} aria-pressed={on} aria-label={t("reaction", { emoji, n: users.length, names })} title={names} onClick={() => react(message, emoji)}>
              <span aria-hidden="true">
                {emoji} <b>{users.length}</b>
              </span>
            </button>
          </li>
        );
      })}
      <li>
        <button
          type="button"
          tabIndex={-1}
          class="react-more"
          aria-label={t("react")}
          onClick={(event) => {
            const { left, bottom } = event.currentTarget.getBoundingClientRect();
            more(left, bottom + 4);
          }}
        >
          <Icon name="smile" size={15} />
        </button>
      </li>
    </ul>
  );
}

function ThreadFoot({ message }: { message: MessageCreated }) {
  const { conversation, seq, thread_count: n, thread_last_at, thread_people } = message;
  return (
    <button type="button" class="thread-foot" tabIndex={-1} onClick={() => (pane.value = { is: "thread", conversation, root: seq })}>
      <span class="faces" aria-hidden="true">
        {thread_people.slice(0, 4).map((user) => (
          <Avatar key={user} id={user} name={nameOf(user)} size={20} />
        ))}
      </span>
      <b>{t("replies", { n })}</b>
      <span class="hint">{t("last_reply", { time: brief(thread_last_at, Date.now()) })}</span>
    </button>
  );
}

/** An urgent message asks its readers to say that they have seen it. */
function Confirm({ message }: { message: MessageCreated }) {
  const { confirmed, sender, conversation, seq } = message;
  const asked = sender !== me.value && !confirmed.includes(me.value);
  return (
    <p class="confirm">
      {asked ? (
        <button type="button" class="button small" tabIndex={-1} onClick={() => void client().api.confirm(conversation, seq).catch(() => undefined)}>
          <Icon name="check" size={15} /> {t("confirm_read")}
        </button>
      ) : (
        <span class="hint" title={confirmed.slice(0, NAMED).map(nameOf).join(", ")}>
          {confirmed.length > 0 ? t("confirmed_by", { n: confirmed.length }) : t("confirmed_none")}
        </span>
      )}
    </p>
  );
}

function Translation({ message }: { message: MessageCreated }) {
  const text = translations.value.get(translationKey(message));
  return text === undefined ? null : <p class="translation">{text}</p>;
}

function Failed({ item: { message, error } }: { item: MessageItem }) {
  const { outbox } = client();
  return (
    <p class="failed" role="alert">
      {error ? t("failed_why", { why: why(error.code) }) : t("failed")}{" "}
      <button type="button" class="link" onClick={() => outbox.retry(message.client_key)}>
        {t("resend")}
      </button>{" "}
      <button type="button" class="link" onClick={() => outbox.drop(message.client_key)}>
        {t("remove")}
      </button>
    </p>
  );
}
