/** A reply of a thread in the conversation: one line that opens the thread. */

import type { MessageCreated } from "@parley/sdk";
import { pane } from "../app/layers.ts";
import { nameOf } from "../app/names.ts";
import { client } from "../app/state.ts";
import { summaryOf } from "../kinds/summary.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Icon } from "../parts/Icon.tsx";
import { t } from "../words/index.ts";
import { clock, full } from "../words/time.ts";
import type { Line } from "./rows.ts";

export function Folded({ line, message }: { line: Line; message: MessageCreated }) {
  const { conversation, sender, thread_root: root } = message;
  const first = client().timeline(conversation).find(root);
  const about = first ? (first.recalled_at ? t("recalled_one") : summaryOf(first.kind, first.body)) : "";
  return (
    <button type="button" class="fold" tabIndex={-1} onClick={() => (pane.value = { is: "thread", conversation, root })}>
      {!line.again && (
        <span class="fold-about">
          <Icon name="thread" size={15} /> <span class="fold-text">{about ? t("in_thread_of", { text: about }) : t("in_thread")}</span>
        </span>
      )}
      <span class="fold-line">
        <Avatar id={sender} name={nameOf(sender)} size={20} />
        <b>{nameOf(sender)}</b>
        <span class="fold-text">{summaryOf(message.kind, message.body)}</span>
        <time title={full(message.at)}>{clock(message.at)}</time>
      </span>
    </button>
  );
}
