/** Words of a message drawn from their tree: Markdown, links, mentions. Only elements and text, never markup. */

import type { MessageCreated } from "@parley/sdk";
import type { ComponentChildren, VNode } from "preact";
import { useMemo } from "preact/hooks";
import { nameOf } from "../app/names.ts";
import { me, people } from "../app/state.ts";
import { piecesOf } from "../app/text.ts";
import { t } from "../words/index.ts";
import { Code } from "./Code.tsx";
import { blocksOf, type Block, type Span } from "./markdown.ts";

interface Named {
  readonly name: string;
  readonly user: number;
}

/** A message of at most this many emojis and nothing else is shown large. */
const JUMBO = 3;
const EMOJI = /\p{RI}{2}|(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F?)\p{EMod}?(?:\u200D\p{Extended_Pictographic}\uFE0F?\p{EMod}?)*/gu;

export function Words({ text, message }: { text: string; message: MessageCreated }) {
  const blocks = useMemo(() => blocksOf(text), [text]);
  const names = namesIn(message);
  const [only] = blocks;
  if (blocks.length === 1 && only?.is === "paragraph") {
    return (
      <p class={isJumbo(text) ? "words jumbo" : "words"} dir="auto">
        {only.spans.map((span, at) => draw(span, names, at))}
      </p>
    );
  }
  return (
    <div class="words blocks" dir="auto">
      {blocks.map((block, at) => drawBlock(block, names, at))}
    </div>
  );
}

/** One line of text with its links, for descriptions and cards. */
export function Line({ text }: { text: string }) {
  return <>{piecesOf(text).map((piece, at) => (piece.is === "link" ? <Outward key={at} href={piece.href}>{piece.text}</Outward> : piece.text))}</>;
}

/** Markdown outside of a message: in cards. */
export function Prose({ text }: { text: string }) {
  const blocks = useMemo(() => blocksOf(text), [text]);
  return <div class="words blocks">{blocks.map((block, at) => drawBlock(block, [], at))}</div>;
}

function namesIn({ mentions, mentions_all }: MessageCreated): Named[] {
  const named = mentions.flatMap((user) => {
    const person = people.value.get(user);
    const known = person ? [person.name, person.other_name, person.username] : [nameOf(user)];
    return known.filter(Boolean).map((name) => ({ name, user }));
  });
  return mentions_all ? [...named, { name: "all", user: 0 }, { name: "所有人", user: 0 }] : named;
}

function isJumbo(text: string): boolean {
  const short = text.replace(/\s/g, "");
  if (short.length > JUMBO * 16 || /[\w]/.test(short)) return false;
  const found = short.match(EMOJI) ?? [];
  return found.length > 0 && found.length <= JUMBO && found.join("") === short;
}

function drawBlock(block: Block, names: readonly Named[], key: number): VNode {
  const line = (spans: readonly Span[]): ComponentChildren => spans.map((span, at) => draw(span, names, at));
  switch (block.is) {
    case "paragraph":
      return <p key={key}>{line(block.spans)}</p>;
    case "heading":
      // Not a heading of the page: the page's outline is not the writers' to change.
      return <p key={key} class={`title-${block.level}`}>{line(block.spans)}</p>;
    case "code":
      return <Code key={key} text={block.text} language={block.language} />;
    case "quote":
      return <blockquote key={key}>{block.blocks.map((inner, at) => drawBlock(inner, names, at))}</blockquote>;
    case "list":
      return (
        <ul key={key} class="items">
          {block.items.map(({ depth, mark, spans }, at) => (
            <li key={at} class={`deep-${depth}`}>
              <span class="bullet">{mark}</span>
              <span>{line(spans)}</span>
            </li>
          ))}
        </ul>
      );
    case "table":
      return <Table key={key} block={block} line={line} />;
    case "rule":
      return <hr key={key} />;
  }
}

function Table({ block: { align, rows }, line }: { block: Extract<Block, { is: "table" }>; line: (spans: readonly Span[]) => ComponentChildren }) {
  const [head = [], ...rest] = rows;
  return (
    <div class="table" tabIndex={-1} role="group" aria-label={t("table")}>
      <table>
        <thead>
          <tr>
            {head.map((cell, at) => (
              <th key={at} class={align[at] ?? ""} scope="col">
                {line(cell)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rest.map((row, index) => (
            <tr key={index}>
              {row.map((cell, at) => (
                <td key={at} class={align[at] ?? ""}>
                  {line(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function draw(span: Span, names: readonly Named[], key: number): ComponentChildren {
  const inner = (spans: readonly Span[]): ComponentChildren => spans.map((each, at) => draw(each, names, at));
  switch (span.is) {
    case "text":
      return piecesOf(span.text, names).map((piece, at) => {
        if (piece.is === "text") return piece.text;
        if (piece.is === "link") return <Outward key={`${key}-${at}`} href={piece.href}>{piece.text}</Outward>;
        return (
          <span key={`${key}-${at}`} class={piece.user === me.value || piece.user === 0 ? "mention of-me" : "mention"}>
            {piece.text}
          </span>
        );
      });
    case "code":
      return <code key={key}>{span.text}</code>;
    case "strong":
      return <strong key={key}>{inner(span.spans)}</strong>;
    case "em":
      return <em key={key}>{inner(span.spans)}</em>;
    case "del":
      return <del key={key}>{inner(span.spans)}</del>;
    case "link":
      return <Outward key={key} href={span.href}>{inner(span.spans)}</Outward>;
  }
}

function Outward({ href, children }: { href: string; children: ComponentChildren }) {
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" tabIndex={-1}>
      {children}
    </a>
  );
}
