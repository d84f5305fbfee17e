/** Searching messages. Names are resolved by the server, days by this computer's clock. */

import { decodeAs, type MessageCreated } from "@parley/sdk";
import type { Hit } from "../app/door.ts";
import { me } from "../app/state.ts";
import type { Query } from "../search/query.ts";
import { ask } from "./ask.ts";

export interface Found {
  readonly hits: readonly Hit[];
  readonly next: string;
}

interface LooseHit {
  readonly message: unknown;
  readonly text: string;
  readonly highlights?: readonly (readonly [number, number])[];
}

const PAGE = 30;
/** Mentions are sorted out here, page by page; more pages than this are not walked at one go. */
const MOST_PAGES = 4;

const quoted = (value: string): string => (/\s/.test(value) ? `"${value}"` : value);

function wordsOf({ words, from, inside }: Query): string {
  return [words, from && `from:${quoted(from)}`, inside && `in:${quoted(inside)}`].filter(Boolean).join(" ").slice(0, 200);
}

/** A page of hits, newest first. */
export async function searchMessages(query: Query, cursor: string, signal?: AbortSignal): Promise<Found> {
  if (!query.mentions) return page(query, cursor, signal);
  const hits: Hit[] = [];
  let next = cursor;
  for (let pages = 0; pages < MOST_PAGES && hits.length < PAGE; pages++) {
    const found = await page(query, next, signal);
    hits.push(...found.hits.filter(({ message }) => message.mentions_all || message.mentions.includes(me.value)));
    next = found.next;
    if (!next) break;
  }
  return { hits, next };
}

async function page(query: Query, cursor: string, signal?: AbortSignal): Promise<Found> {
  const q = wordsOf(query);
  const asked: Record<string, string> = { q, limit: String(PAGE) };
  if (query.has) asked.has = query.has;
  if (query.before) asked.before = String(query.before);
  // The server wants something to look for; "since ever" is something.
  if (query.after || (query.mentions && !q)) asked.after = String(query.after || 1);
  if (cursor) asked.cursor = cursor;
  const found = await ask<{ hits: LooseHit[]; next?: string }>(`search?${new URLSearchParams(asked)}`, signal ? { signal } : {});
  const hits = found.hits.map(({ message, text, highlights = [] }) => ({
    message: decodeAs<MessageCreated>("message.created", message),
    text,
    highlights,
  }));
  return { hits, next: found.next ?? "" };
}
