/** Several messages forwarded as one: its title and how it begins; a click shows all of it. */

import type { MessageCreated } from "@parley/sdk";
import { nameOf } from "../app/names.ts";
import { sheet } from "../talk/place.ts";
import { t } from "../words/index.ts";
import { summaryOf, textOf } from "./summary.ts";

export interface MergedItem {
  readonly sender: number;
  readonly name: string;
  readonly at: number;
  readonly kind: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const FIRST = 4;

export function mergedItems(body: Readonly<Record<string, unknown>>): readonly MergedItem[] {
  if (!Array.isArray(body.items)) return [];
  return body.items.flatMap((each: unknown) => {
    if (typeof each !== "object" || each === null) return [];
    const { sender, name, at, kind, body: inner } = each as Partial<MergedItem>;
    return [{ sender: Number(sender) || 0, name: String(name ?? ""), at: Number(at) || 0, kind: String(kind ?? "text"), body: typeof inner === "object" && inner !== null ? inner : {} }];
  });
}

export function Merged({ message }: { message: MessageCreated }) {
  const items = mergedItems(message.body);
  return (
    <button type="button" class="merged" tabIndex={-1} onClick={() => (sheet.value = { is: "merged", message })}>
      <strong>{textOf(message.body, "title") || t("forwarded")}</strong>
      {items.slice(0, FIRST).map((item, at) => (
        <span key={at} class="merged-line">
          {item.name || nameOf(item.sender)}: {summaryOf(item.kind, item.body)}
        </span>
      ))}
      <span class="merged-foot">{t("n_messages", { n: items.length })}</span>
    </button>
  );
}
