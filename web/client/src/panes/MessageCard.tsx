/** A message as an entry of a list that is not its conversation: pins, saved items. */

import type { MessageCreated } from "@parley/sdk";
import type { ComponentChildren } from "preact";
import { nameOf, titleOf } from "../app/names.ts";
import { go } from "../app/route.ts";
import { inbox, people } from "../app/state.ts";
import { summaryOf } from "../kinds/summary.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { t } from "../words/index.ts";
import { brief } from "../words/time.ts";

interface Props {
  readonly message: MessageCreated;
  readonly where?: boolean;
  readonly children?: ComponentChildren;
}

export function MessageCard({ message, where = false, children }: Props) {
  const { conversation, seq, sender } = message;
  const row = where ? inbox.value.rows.find((each) => each.conversation === conversation) : undefined;
  return (
    <li class="message-card">
      <a
        class="result"
        href={`#/c/${conversation}/${seq}`}
        onClick={(event) => {
          event.preventDefault();
          go(conversation, seq);
        }}
      >
        <Avatar id={sender} name={nameOf(sender)} size={30} file={people.value.get(sender)?.avatar} />
        <span class="message-card-text">
          <span class="line">
            <span class="title">{nameOf(sender)}</span>
            <time>{brief(message.at, Date.now())}</time>
          </span>
          {row && <span class="hint">{titleOf(row)}</span>}
          <span class="preview three">{message.recalled_at ? t("recalled", { name: nameOf(sender) }) : summaryOf(message.kind, message.body)}</span>
        </span>
      </a>
      {children}
    </li>
  );
}
