/** A message in one line of plain text: for the list, quotes, and ears. */

import { t } from "../words/index.ts";
import { plainOf } from "./markdown.ts";

type Body = Readonly<Record<string, unknown>>;

export function textOf(body: Body, field = "text"): string {
  const value = body[field];
  return typeof value === "string" ? value : "";
}

/** Longer words are not read in one line. */
const LONGEST = 400;
const kept = new WeakMap<Body, string>();

export function summaryOf(kind: string, body: Body): string {
  switch (kind) {
    case "image":
      return `[${t("image")}] ${textOf(body, "caption")}`.trim();
    case "file":
      return `[${t("file")}] ${textOf(body, "name")}`.trim();
    case "voice":
      return `[${t("voice")}] ${seconds(Number(body.duration_ms) || 0)}`;
    case "forward":
      return `[${t("forwarded")}] ${textOf(body, "title")}`.trim();
    case "card":
      return `[${t("card")}] ${textOf(body, "title") || textOf(body, "fallback")}`.trim();
    default:
      return plain(body) || textOf(body, "fallback") || (kind === "text" || kind === "system" ? "" : t("unsupported"));
  }
}

/** A length of time as a player shows it. */
export function seconds(ms: number): string {
  const all = Math.round(ms / 1000);
  return `${Math.floor(all / 60)}:${String(all % 60).padStart(2, "0")}`;
}

function plain(body: Body): string {
  let text = kept.get(body);
  if (text === undefined) kept.set(body, (text = plainOf(textOf(body).slice(0, LONGEST))));
  return text;
}
