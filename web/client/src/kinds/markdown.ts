/**
 * The part of Markdown that people write in a chat, as a tree. Never HTML: what is not understood stays the text it is.
 *
 * Blocks: code between fences, headings, quotes, lists, tables, a line, paragraphs (a line break is a line break).
 * Within a line: code, bold, italic, struck, links. Chinese has no spaces, so marks may touch Chinese characters.
 */

import { safe } from "../app/text.ts";

export type Span =
  | { readonly is: "text"; readonly text: string }
  | { readonly is: "code"; readonly text: string }
  | { readonly is: "strong" | "em" | "del"; readonly spans: readonly Span[] }
  | { readonly is: "link"; readonly href: string; readonly spans: readonly Span[] };

export interface ListItem {
  readonly depth: number;
  readonly mark: string;
  readonly spans: readonly Span[];
}

export type Align = "left" | "center" | "right" | "";

export type Block =
  | { readonly is: "paragraph"; readonly spans: readonly Span[] }
  | { readonly is: "heading"; readonly level: number; readonly spans: readonly Span[] }
  | { readonly is: "code"; readonly language: string; readonly text: string }
  | { readonly is: "quote"; readonly blocks: readonly Block[] }
  | { readonly is: "list"; readonly ordered: boolean; readonly start: number; readonly items: readonly ListItem[] }
  | { readonly is: "table"; readonly align: readonly Align[]; readonly rows: readonly (readonly (readonly Span[])[])[] }
  | { readonly is: "rule" };

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([\w+#.-]*)\s*$/;
const HEADING = /^(#{1,4})\s+(.+?)\s*#*$/;
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const RULE = /^ {0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})$/;
const DELIMITER = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;
/** Quotes in quotes; deeper ones are text. */
const DEEPEST = 4;

export function blocksOf(text: string, depth = 0): Block[] {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const blocks: Block[] = [];
  let plain: string[] = [];
  const settle = (): void => {
    const words = plain.join("\n").replace(/^\n+|\n+$/g, "");
    for (const part of words.split(/\n{2,}/)) if (part.trim()) blocks.push({ is: "paragraph", spans: spansOf(part) });
    plain = [];
  };
  for (let at = 0; at < lines.length; ) {
    const found = special(lines, at, depth);
    if (found === null) {
      plain.push(lines[at++] ?? "");
      continue;
    }
    settle();
    blocks.push(found.block);
    at = found.next;
  }
  settle();
  return blocks;
}

type Found = { readonly block: Block; readonly next: number } | null;

/** The block that begins at a line, unless it is a paragraph. */
function special(lines: readonly string[], at: number, depth: number): Found {
  const line = lines[at] ?? "";
  const fence = FENCE.exec(line);
  if (fence) return fenced(lines, at, fence[1] ?? "```", fence[2] ?? "");
  const heading = HEADING.exec(line);
  if (heading) return { block: { is: "heading", level: heading[1]?.length ?? 1, spans: spansOf(heading[2] ?? "") }, next: at + 1 };
  if (RULE.test(line)) return { block: { is: "rule" }, next: at + 1 };
  if (/^ {0,3}>/.test(line) && depth < DEEPEST) return quoted(lines, at, depth);
  if (ITEM.test(line)) return listed(lines, at);
  if (line.includes("|") && DELIMITER.test(lines[at + 1] ?? "") && (lines[at + 1] ?? "").includes("-")) return tabled(lines, at);
  return null;
}

function fenced(lines: readonly string[], at: number, fence: string, language: string): Found {
  const closes = (line: string): boolean => line.trim().startsWith(fence) && line.trim().replaceAll(fence[0] ?? "`", "") === "";
  let next = at + 1;
  while (next < lines.length && !closes(lines[next] ?? "")) next += 1;
  const text = lines.slice(at + 1, next).join("\n");
  return { block: { is: "code", language: language.toLowerCase(), text }, next: next + 1 };
}

function quoted(lines: readonly string[], at: number, depth: number): Found {
  let next = at;
  while (next < lines.length && /^ {0,3}>/.test(lines[next] ?? "")) next += 1;
  const inner = lines.slice(at, next).map((line) => line.replace(/^ {0,3}> ?/, ""));
  return { block: { is: "quote", blocks: blocksOf(inner.join("\n"), depth + 1) }, next };
}

function listed(lines: readonly string[], at: number): Found {
  const first = ITEM.exec(lines[at] ?? "");
  const ordered = /\d/.test(first?.[2] ?? "");
  const items: { depth: number; mark: string; text: string }[] = [];
  let next = at;
  for (; next < lines.length; next++) {
    const line = lines[next] ?? "";
    const item = ITEM.exec(line);
    const last = items[items.length - 1];
    if (item && !RULE.test(line)) {
      const depth = Math.min(3, Math.floor((item[1] ?? "").replaceAll("\t", "  ").length / 2));
      const mark = item[2] ?? "-";
      if (depth === 0 && /\d/.test(mark) !== ordered) break;
      items.push({ depth, mark: /\d/.test(mark) ? `${Number.parseInt(mark, 10)}.` : "•", text: item[3] ?? "" });
    } else if (last && /^\s{2,}\S/.test(line)) last.text += `\n${line.trim()}`;
    else break;
  }
  const made = items.map(({ depth, mark, text }) => ({ depth, mark, spans: spansOf(text) }));
  return { block: { is: "list", ordered, start: Number.parseInt(first?.[2] ?? "1", 10) || 1, items: made }, next };
}

function tabled(lines: readonly string[], at: number): Found {
  const head = cells(lines[at] ?? "");
  const align = cells(lines[at + 1] ?? "").map(alignOf);
  if (head.length < 1 || align.length !== head.length) return null;
  let next = at + 2;
  while (next < lines.length && (lines[next] ?? "").includes("|")) next += 1;
  const rows = [head, ...lines.slice(at + 2, next).map(cells)].map((row) => head.map((_, column) => spansOf(row[column] ?? "")));
  return { block: { is: "table", align, rows }, next };
}

function cells(line: string): string[] {
  const inner = line.trim().replace(/^\|/, "").replace(/(?<!\\)\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function alignOf(cell: string): Align {
  const [left, right] = [cell.startsWith(":"), cell.endsWith(":")];
  return left && right ? "center" : right ? "right" : left ? "left" : "";
}

/** Marks of a line, tried in this order at each place. A mark that does not close is text. */
const MARKS = /(`+)(?!`)([^\n]*?[^`\n])\1(?!`)|\*\*(?=\S)([^\n]*?\S)\*\*(?!\*)|~~(?=\S)([^\n]*?\S)~~|(?<![*\w])\*(?=[^\s*])([^*\n]*?[^\s*])\*(?![*\w])|(?<![_\p{L}\p{N}])_(?=[^\s_])([^_\n]*?[^\s_])_(?![_\p{L}\p{N}])|\[([^\[\]\n]{1,300})\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)|\\([\\`*_~[\]|#>-])/gu;

/** Addresses hold underscores and stars that mean nothing. */
const ADDRESS = /(?:https?:\/\/|mailto:|www\.)\S+/giu;

export function spansOf(text: string, nesting = 0): Span[] {
  const spans: Span[] = [];
  let from = 0;
  const say = (words: string): void => {
    const last = spans[spans.length - 1];
    if (!words) return;
    if (last?.is === "text") spans[spans.length - 1] = { is: "text", text: last.text + words };
    else spans.push({ is: "text", text: words });
  };
  const kept = nesting > 5 ? [] : [...text.matchAll(ADDRESS)].map(({ index, 0: found }) => [index, index + found.length] as const);
  for (const match of nesting > 5 ? [] : text.matchAll(MARKS)) {
    const { index } = match;
    if (index < from) continue;
    const within = kept.some(([start, end]) => index > start && index < end);
    const span = within ? null : spanOf(match, nesting + 1);
    if (span === null) continue;
    say(text.slice(from, index));
    if (span.is === "text") say(span.text);
    else spans.push(span);
    from = index + match[0].length;
  }
  say(text.slice(from));
  return spans;
}

function spanOf(match: RegExpMatchArray, nesting: number): Span | null {
  const [, , code, strong, del, star, line, label, href, escaped] = match;
  if (code !== undefined) return { is: "code", text: code };
  if (strong !== undefined) return { is: "strong", spans: spansOf(strong, nesting) };
  if (del !== undefined) return { is: "del", spans: spansOf(del, nesting) };
  const em = star ?? line;
  if (em !== undefined) return { is: "em", spans: spansOf(em, nesting) };
  if (escaped !== undefined) return { is: "text", text: escaped };
  const address = safe(href ?? "");
  return address === null || label === undefined ? null : { is: "link", href: address, spans: spansOf(label, nesting) };
}

/** The words without their marks: for previews, quotes and ears. */
export function plainOf(text: string): string {
  const of = (spans: readonly Span[]): string => spans.map((span) => ("text" in span ? span.text : of(span.spans))).join("");
  const said = (block: Block): string => {
    switch (block.is) {
      case "code":
        return block.text;
      case "quote":
        return block.blocks.map(said).join(" ");
      case "list":
        return block.items.map(({ spans }) => of(spans)).join(" ");
      case "table":
        return block.rows.map((row) => row.map(of).join(" ")).join(" ");
      case "rule":
        return "";
      default:
        return of(block.spans);
    }
  };
  return blocksOf(text).map(said).join(" ").replace(/\s+/g, " ").trim();
}
