/** How far one's own message got: waiting, on the server, on their device, read. In a group it opens who has read it. */

import type { MessageItem } from "@parley/sdk";
import { me, receipts } from "../app/state.ts";
import { Icon, type IconName } from "../parts/Icon.tsx";
import { t, type Word } from "../words/index.ts";
import { sheet } from "./place.ts";

type Stage = "pending" | "sent" | "delivered" | "read" | "failed";

const PICTURE: Readonly<Record<Stage, IconName>> = { pending: "clock", sent: "check", delivered: "checks", read: "checks", failed: "alert" };

export function Ticks({ item, kind }: { item: MessageItem; kind: string }) {
  if (kind === "personal") return null;
  const { stage, readers } = progressOf(item);
  const word: Word = item.state === "sending" ? "sending" : stage;
  const label = kind === "group" && readers > 0 ? t("read_by", { n: readers }) : t(word);
  const inner = (
    <>
      {kind === "group" && readers > 0 && <span aria-hidden="true">{readers}</span>}
      <Icon name={PICTURE[stage]} size={15} />
      <span class="hidden">{label}</span>
    </>
  );
  if (kind !== "group" || item.state !== "sent") {
    return (
      <span class={`ticks ${stage}`} title={label}>
        {inner}
      </span>
    );
  }
  return (
    <button type="button" class={`ticks ${stage}`} title={label} tabIndex={-1} onClick={() => (sheet.value = { is: "readers", message: item.message })}>
      {inner}
    </button>
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
