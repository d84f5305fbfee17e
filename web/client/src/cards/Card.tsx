/** A message card: its blocks, and controls that are busy until the server has answered. */

import type { MessageCreated } from "@parley/sdk";
import { useSignal } from "@preact/signals";
import { fileUrl } from "../app/door.ts";
import { safe } from "../app/text.ts";
import { summaryOf, textOf } from "../kinds/summary.ts";
import { Prose } from "../kinds/Words.tsx";
import { t } from "../words/cards/index.ts";
import { Form, Single } from "./Controls.tsx";
import { blocksOfCard, type CardBlock } from "./schema.ts";
import { useActing, type Acting } from "./acting.ts";
import "../style/cards.css";

const COLORS: ReadonlySet<string> = new Set(["blue", "green", "red", "orange", "purple", "grey", "yellow", "teal"]);

export function Card({ message }: { message: MessageCreated }) {
  const { body } = message;
  const blocks = blocksOfCard(body);
  const acting = useActing(message);
  const title = textOf(body, "title");
  const color = COLORS.has(textOf(body, "color")) ? textOf(body, "color") : "";
  const loose = textOf(body) || (blocks.length === 0 ? textOf(body, "fallback") : "");
  return (
    <div class={`message-card ${color}`} role="group" aria-label={title || t("card")}>
      {title && <p class="card-title">{title}</p>}
      {loose && <Prose text={loose} />}
      {blocks.map((block, at) => (
        <Block key={at} block={block} acting={acting} />
      ))}
      {!title && blocks.length === 0 && !loose && <p class="words">{summaryOf("", body) || t("unsupported")}</p>}
      <p class="card-state" role="status">
        {acting.said.value}
      </p>
    </div>
  );
}

export function Block({ block, acting }: { block: CardBlock; acting: Acting }) {
  switch (block.type) {
    case "text":
      return <Prose text={block.text} />;
    case "note":
      return (
        <div class="card-note">
          <Prose text={block.text} />
        </div>
      );
    case "divider":
      return <hr />;
    case "image":
      return <Shot block={block} />;
    case "fields":
      return (
        <dl class="card-fields">
          {block.fields.map(({ label, text }, at) => (
            <div key={at}>
              <dt>{label}</dt>
              <dd>
                <Prose text={text} />
              </dd>
            </div>
          ))}
        </dl>
      );
    case "actions":
      return (
        <div class="card-actions">
          {block.controls.map((control, at) => (
            <Single key={control.action || at} control={control} acting={acting} />
          ))}
        </div>
      );
    case "form":
      return <Form block={block} acting={acting} />;
  }
}

function Shot({ block: { file, alt } }: { block: Extract<CardBlock, { type: "image" }> }) {
  const lost = useSignal(false);
  const src = safe(file) === null ? fileUrl(file) : ""; // stored files only: an address elsewhere would tell who looks
  if (!src || lost.value) return null;
  return <img class="card-image" src={src} alt={alt} decoding="async" onError={() => (lost.value = true)} />;
}
