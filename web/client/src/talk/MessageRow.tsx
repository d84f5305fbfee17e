/** One row of the history: dividers above it, then the message, the folded reply or the notice. */

import type { MessageCreated } from "@parley/sdk";
import type { Signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { nameOf } from "../app/names.ts";
import { client, me } from "../app/state.ts";
import { summaryOf, textOf } from "../kinds/summary.ts";
import { memo } from "../parts/memo.ts";
import { Whisper, whisperedText } from "../whispers/Whisper.tsx";
import { t } from "../words/index.ts";
import { clock, day } from "../words/time.ts";
import { Folded } from "./Folded.tsx";
import { Message } from "./Message.tsx";
import { noticeOf, recalledText } from "./notice.ts";
import type { Place } from "./place.ts";
import type { Line } from "./rows.ts";
import { togglePicked } from "./verbs.ts";

interface Props {
  readonly line: Line;
  readonly index: number;
  readonly top: number;
  readonly tabbable: boolean;
  readonly place: Place;
  readonly measure: (node: HTMLElement | null) => void;
  readonly focused: Signal<number>;
}

export const MessageRow = memo(function MessageRow({ line, index, top, tabbable, place, measure, focused }: Props) {
  const node = useRef<HTMLElement>(null);
  useLayoutEffect(() => measure(node.current), [index, line]);
  const { item } = line;
  const seq = item.kind === "message" ? item.message.seq : item.kind === "notice" ? item.event.seq : 0;
  const picked = place.picked.value;
  const picks = picked !== null && item.kind === "message" && item.state === "sent" && !item.message.recalled_at && item.message.kind !== "system";
  const chosen = picks && item.kind === "message" && picked.has(item.message.seq);
  return (
    <article
      ref={node}
      class={`${classOf(line)}${picks ? " picks" : ""}${chosen ? " picked" : ""}`}
      data-index={index}
      data-seq={seq}
      data-flash={(seq > 0 && place.lit.value === seq) || undefined}
      style={{ transform: `translateY(${top}px)` }}
      tabIndex={tabbable ? 0 : -1}
      aria-setsize={-1}
      aria-posinset={seq || index + 1}
      aria-label={labelOf(line)}
      onFocus={() => (focused.value = index)}
      onClickCapture={(event) => {
        if (!picks || item.kind !== "message") return;
        event.preventDefault();
        event.stopPropagation();
        togglePicked(place, item.message);
      }}
    >
      {line.day && (
        <p class="divider">
          <span>{day(line.at, Date.now())}</span>
        </p>
      )}
      {line.fresh && <p class="divider fresh">{t("new_messages")}</p>}
      {item.kind === "whisper" ? (
        <Whisper message={item.message} />
      ) : item.kind === "notice" ? (
        <p class="notice">{noticeOf(item.event)}</p>
      ) : item.message.recalled_at ? (
        <Recalled message={item.message} place={place} />
      ) : item.message.kind === "system" ? (
        <p class="notice">{summaryOf("system", item.message.body)}</p>
      ) : line.folded ? (
        <Folded line={line} message={item.message} />
      ) : (
        <Message item={item} line={line} place={place} picks={picks} chosen={chosen} />
      )}
    </article>
  );
});

/** One's own recalled words, for as long as this page knows them; of many the last ones. */
const REMEMBERED = 200;
const remembered = new Map<string, string>();

/** How long after a recall "edit again" is offered. */
const AGAIN_MS = 10 * 60_000;

/** Keeps the words of one's own message, so that it can be written again after a recall. */
export function remember({ conversation, seq, body }: MessageCreated): void {
  if (!textOf(body)) return;
  remembered.set(`${conversation}/${seq}`, textOf(body));
  const [first] = remembered.keys();
  if (remembered.size > REMEMBERED && first !== undefined) remembered.delete(first);
}

function Recalled({ message, place }: { message: MessageCreated; place: Place }) {
  const words = remembered.get(`${message.conversation}/${message.seq}`);
  const again = words !== undefined && message.sender === me.value && Date.now() - message.recalled_at < AGAIN_MS;
  return (
    <p class="notice">
      {recalledText(message)}{" "}
      {again && (
        <button type="button" class="link" tabIndex={-1} onClick={() => (place.words.value = words)}>
          {t("edit_again")}
        </button>
      )}
    </p>
  );
}

function classOf({ item, leads, ends, folded }: Line): string {
  if (item.kind === "notice") return "row";
  if (item.kind === "whisper") return "row whispered leads ends";
  if (folded) return `row folded${leads ? " leads" : ""}`;
  const mine = item.message.sender === me.value ? " mine" : "";
  return `row${mine}${leads ? " leads" : ""}${ends ? " ends" : ""} ${item.state}${item.message.urgent ? " urgent" : ""}`;
}

/** Author, words, then time and state: the order in which it should be heard. */
function labelOf({ item, at }: Line): string {
  if (item.kind === "notice") return noticeOf(item.event);
  if (item.kind === "whisper") return whisperedText(item.message);
  const { message, state } = item;
  if (message.recalled_at) return recalledText(message);
  if (message.sender === client().me && state === "sent") remember(message);
  const name = message.sender === me.value ? t("you") : nameOf(message.sender);
  const rest = [
    clock(at),
    state === "sent" ? "" : t(state),
    message.urgent ? t("urgent") : "",
    message.pinned_at ? t("pinned") : "",
    message.thread_count ? t("replies", { n: message.thread_count }) : "",
  ].filter(Boolean);
  return `${t("said", { name, text: summaryOf(message.kind, message.body) })}, ${rest.join(", ")}`;
}
