/** The messages: oldest first, staying where the reader is, at the end while the reader is there. */

import type { Item, MessageItem } from "@parley/sdk";
import { Component } from "preact";
import { linked } from "./links.ts";
import type { Talk } from "./talk.ts";
import type { Say } from "./words.ts";

interface Props {
  readonly talk: Talk;
  readonly say: Say;
  readonly language: string;
}

/** Pixels from the end that still count as the end. */
const NEAR = 40;

export class Rows extends Component<Props> {
  private list: HTMLUListElement | null = null;
  private atEnd = true;
  private anchor = { key: "", top: 0 };
  private drawn: readonly Item[] = [];

  override componentDidMount(): void {
    this.componentDidUpdate();
  }

  override componentDidUpdate(): void {
    const box = this.list;
    const shot = this.props.talk.window?.getSnapshot();
    if (box === null || shot === undefined) return;
    const same = shot.items === this.drawn;
    this.drawn = shot.items;
    if (this.atEnd) {
      if (!same) box.scrollTop = box.scrollHeight;
      this.read();
    } else if (!same) {
      const kept = box.querySelector<HTMLElement>(`[data-key="${CSS.escape(this.anchor.key)}"]`);
      if (kept) box.scrollTop = kept.offsetTop - this.anchor.top;
    }
  }

  private read(): void {
    const { talk } = this.props;
    if (!document.hidden && talk.window?.getSnapshot().hasNewer === false) talk.read();
  }

  private readonly scrolled = (): void => {
    const box = this.list;
    if (box === null) return;
    this.atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
    const rows = [...box.children] as HTMLElement[];
    const row = rows.find((each) => each.dataset.key && each.offsetTop + each.clientHeight > box.scrollTop);
    this.anchor = { key: row?.dataset.key ?? "", top: (row?.offsetTop ?? 0) - box.scrollTop };
    if (this.atEnd) this.read();
  };

  override render({ talk, say, language }: Props) {
    const shot = talk.window?.getSnapshot();
    const items = (shot?.items ?? []).filter(isMessage);
    return (
      <ul
        class="list"
        ref={(list) => void (this.list = list)}
        onScroll={this.scrolled}
        aria-live="polite"
        aria-label={say("messages")}
        tabIndex={0}
      >
        {shot?.hasOlder && items.length > 0 && (
          <li class="note">
            <button class="older" type="button" onClick={() => void talk.window?.loadOlder()}>
              {say("older")}
            </button>
          </li>
        )}
        {shot?.error && <li class="note">{say("failed_load")}</li>}
        {shot && !shot.loading && !shot.error && items.length === 0 && <li class="empty">{say("empty")}</li>}
        {items.map((item) => (
          <Row key={item.key} item={item} talk={talk} say={say} language={language} />
        ))}
      </ul>
    );
  }
}

function isMessage(item: Item): item is MessageItem {
  return item.kind === "message";
}

function Row({ item, talk, say, language }: Props & { readonly item: MessageItem }) {
  const { message, state } = item;
  const mine = message.sender === talk.client.me;
  const name = mine ? say("you") : (talk.person(message.sender)?.name ?? "…");
  const time = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" }).format(message.at);
  const [text, quiet] = wordsOf(item, say);
  return (
    <li class={mine ? "row mine" : "row"} data-key={item.key}>
      <span class="who">
        {name} <time dateTime={new Date(message.at).toISOString()}>{time}</time>
        {message.edited_at > 0 && message.recalled_at === 0 && ` · ${say("edited")}`}
      </span>
      <span class={quiet ? "words quiet" : "words"} dir="auto">
        {quiet ? text : linked(text)}
      </span>
      {mine && state !== "failed" && <span class={`state ${state}`}>{say(stateOf(item, talk))}</span>}
      {state === "failed" && (
        <span class="trouble" role="alert">
          {say("failed")}
          <button type="button" onClick={() => talk.client.outbox.retry(message.client_key)}>
            {say("resend")}
          </button>
          <button type="button" onClick={() => talk.client.outbox.drop(message.client_key)}>
            {say("drop")}
          </button>
        </span>
      )}
    </li>
  );
}

/** What a message says here, and whether it is said in its place. */
function wordsOf({ message }: MessageItem, say: Say): [text: string, quiet: boolean] {
  if (message.recalled_at > 0) return [say("recalled"), true];
  const { text, name } = message.body;
  if (message.kind === "file") return [say("file", { name: String(name ?? "") }), true];
  if (message.kind === "image") return [say("image", { name: String(name ?? "") }), true];
  return typeof text === "string" && text ? [text, false] : [say("other"), true];
}

function stateOf({ message, state }: MessageItem, talk: Talk): "pending" | "sending" | "sent" | "read" {
  if (state !== "sent") return state === "failed" ? "pending" : state;
  const readers = talk.client.receipts.getSnapshot().get(talk.conversation);
  for (const [user, { read }] of readers ?? []) {
    if (user !== talk.client.me && message.number > 0 && read >= message.number) return "read";
  }
  return "sent";
}
