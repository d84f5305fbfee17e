/** One row of the history: dividers above it, the message or notice, what people did to it, and how far it got. */

import type { MessageCreated, MessageItem } from "@parley/sdk";
import type { Signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { nameOf } from "../app/names.ts";
import { go } from "../app/route.ts";
import { client, me } from "../app/state.ts";
import { Body } from "../kinds/Body.tsx";
import { summaryOf } from "../kinds/summary.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Icon } from "../parts/Icon.tsx";
import { t, why } from "../words/index.ts";
import { clock, day, full } from "../words/time.ts";
import type { Chosen } from "./MessageMenu.tsx";
import { noticeOf } from "./notice.ts";
import type { Line } from "./rows.ts";
import type { About } from "./Talk.tsx";
import { Ticks } from "./Ticks.tsx";

interface Props {
  readonly line: Line;
  readonly index: number;
  readonly top: number;
  readonly tabbable: boolean;
  readonly flashing: boolean;
  readonly kind: string;
  readonly measure: (node: HTMLElement | null) => void;
  readonly focused: Signal<number>;
  readonly about: Signal<About | null>;
  readonly chosen: Signal<Chosen | null>;
}

export function MessageRow(props: Props) {
  const { line, index, top, tabbable, flashing, measure, focused } = props;
  const node = useRef<HTMLElement>(null);
  useLayoutEffect(() => measure(node.current), [index, line]);
  const { item } = line;
  const seq = item.kind === "message" ? item.message.seq : item.event.seq;
  return (
    <article
      ref={node}
      class={classOf(props)}
      data-index={index}
      data-flash={flashing || undefined}
      style={{ transform: `translateY(${top}px)` }}
      tabIndex={tabbable ? 0 : -1}
      aria-setsize={-1}
      aria-posinset={seq || index + 1}
      aria-label={labelOf(line)}
      onFocus={() => (focused.value = index)}
    >
      {line.day && <p class="divider">{day(line.at, Date.now())}</p>}
      {line.fresh && <p class="divider fresh">{t("new_messages")}</p>}
      {item.kind === "notice" ? (
        <p class="notice">{noticeOf(item.event)}</p>
      ) : item.message.recalled_at ? (
        <p class="notice">{recalledText(item.message)}</p>
      ) : item.message.kind === "system" ? (
        <p class="notice">{summaryOf("system", item.message.body)}</p>
      ) : (
        <Message {...props} item={item} />
      )}
    </article>
  );
}

function Message({ item, line, kind, about, chosen }: Props & { item: MessageItem }) {
  const { message, state } = item;
  const mine = message.sender === me.value;
  const choose = (x: number, y: number): void => void (chosen.value = { item, anchor: { x, y } });
  const more = (event: MouseEvent): void => {
    const { left, bottom } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    choose(left, bottom + 4);
  };
  return (
    <div class="said">
      {!mine && kind !== "direct" && <span class="face">{line.leads && <Avatar id={message.sender} name={nameOf(message.sender)} size={34} />}</span>}
      <div class="saying">
        {line.leads && !mine && kind !== "direct" && <p class="who">{nameOf(message.sender)}</p>}
        <div
          class={`bubble ${message.kind}`}
          onContextMenu={(event) => {
            event.preventDefault();
            choose(event.clientX, event.clientY);
          }}
        >
          {message.reply_to > 0 && <Quote message={message} />}
          <Body message={message} />
          <span class="meta">
            {message.edited_at > 0 && <span>{t("edited")}</span>}
            <time title={full(message.at)}>{clock(message.at)}</time>
            {mine && <Ticks item={item} kind={kind} />}
          </span>
          {state === "sent" && (
            <span class="tools">
              <button type="button" tabIndex={-1} aria-label={t("reply")} title={t("reply")} onClick={() => (about.value = { is: "reply", message })}>
                <Icon name="reply" size={17} />
              </button>
              <button type="button" tabIndex={-1} aria-label={t("actions")} title={t("actions")} aria-haspopup="menu" onClick={more}>
                <Icon name="more" size={17} />
              </button>
            </span>
          )}
        </div>
        <Reactions message={message} />
        {state === "failed" && <Failed item={item} />}
      </div>
    </div>
  );
}

function Quote({ message }: { message: MessageCreated }) {
  const quoted = client().timeline(message.conversation).find(message.reply_to);
  const jump = (): void => go(message.conversation, message.reply_to);
  return (
    <button type="button" class="quote" tabIndex={-1} title={t("go_to_message")} onClick={jump}>
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

function Reactions({ message }: { message: MessageCreated }) {
  const all = Object.entries(message.reactions);
  if (all.length === 0) return null;
  return (
    <ul class="reactions">
      {all.map(([emoji, users]) => {
        const on = users.includes(me.value);
        const names = users.slice(0, 8).map(nameOf).join(", ");
        const toggle = (): void => void client().react(message.conversation, message.seq, emoji, !on).catch(() => undefined);
        return (
          <li key={emoji}>
            <button type="button" aria-pressed={on} aria-label={t("reaction", { emoji, n: users.length, names })} title={names} onClick={toggle}>
              <span aria-hidden="true">
                {emoji} <b>{users.length}</b>
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
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

function classOf({ line }: Props): string {
  const { item } = line;
  if (item.kind === "notice") return "row";
  const mine = item.message.sender === me.value ? " mine" : "";
  return `row${mine}${line.leads ? " leads" : ""}${line.ends ? " ends" : ""} ${item.state}`;
}

function recalledText({ sender }: MessageCreated): string {
  return sender === me.value ? t("recalled_you") : t("recalled", { name: nameOf(sender) });
}

/** Author, words, then time: the order in which it should be heard. */
function labelOf({ item, at }: Line): string {
  if (item.kind === "notice") return noticeOf(item.event);
  const { message, state } = item;
  if (message.recalled_at) return recalledText(message);
  const name = message.sender === me.value ? t("you") : nameOf(message.sender);
  const rest = state === "sent" ? "" : `, ${t(state)}`;
  return `${t("said", { name, text: summaryOf(message.kind, message.body) })}, ${clock(at)}${rest}`;
}
