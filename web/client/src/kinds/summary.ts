/** A message in one line of plain text: for the list, quotes, and ears. */

import { t } from "../words/index.ts";

type Body = Readonly<Record<string, unknown>>;

export function textOf(body: Body, field = "text"): string {
  const value = body[field];
  return typeof value === "string" ? value : "";
}

export function summaryOf(kind: string, body: Body): string {
  switch (kind) {
    case "image":
      return `[${t("image")}] ${textOf(body, "caption")}`.trim();
    case "file":
      return `[${t("file")}] ${textOf(body, "name")}`.trim();
    case "card":
      return textOf(body, "title") || textOf(body, "fallback");
    default:
      return textOf(body).replace(/\s+/g, " ") || textOf(body, "fallback");
  }
}
