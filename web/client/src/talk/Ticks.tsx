/** How far one's own message got: waiting, on the server, on their device, read. */

import type { MessageItem } from "@parley/sdk";
import { me, receipts } from "../app/state.ts";
import { Icon, type IconName } from "../parts/Icon.tsx";
import { t, type Word } from "../words/index.ts";

type Stage = "pending" | "sent" | "delivered" | "read" | "failed";

const PICTURE: Readonly<Record<Stage, IconName>> = { pending: "clock", sent: "check", delivered: "checks", read: "checks", failed: "alert" };

export function Ticks({ item, kind }: { item: MessageItem; kind: string }) {
  if (kind === "personal") return null;
  const { stage, readers } = progressOf(item);
  const word: Word = item.state === "sending" ? "sending" : stage;
  const label = kind === "group" && readers > 0 ? t("read_by", { n: readers }) : t(word);
  return (
    <span class={`ticks ${stage}`} title={label}>
      {kind === "group" && readers > 0 && <span aria-hidden="true">{readers}</span>}
      <Icon name={PICTURE[stage]} size={15} />
      <span class="hidden">{label}</span>
    </span>
  );
}

function progressOf({ message, state }: MessageItem): { stage: Stage; readers: number } {
  if (state === "failed") return { stage: "failed", readers: 0 };
  if (state !== "sent" || message.seq === 0) return { stage: "pending", readers: 0 };
  const others = [...(receipts.value.get(message.conversation) ?? [])].filter(([user]) => user !== me.value);
  const readers = others.filter(([, { read }]) => read >= message.number).length;
  const held = others.some(([, { delivered }]) => delivered >= message.seq);
  return { stage: readers > 0 ? "read" : held ? "delivered" : "sent", readers };
}
