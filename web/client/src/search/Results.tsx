/** What a search finds: conversations and people at once from here, messages from the server, all walked by arrow keys. */

import type { Signal } from "@preact/signals";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { complain } from "../app/actions.ts";
import type { Hit } from "../app/door.ts";
import { nameOf, titleOf } from "../app/names.ts";
import { go } from "../app/route.ts";
import { client, inbox, people, selected } from "../app/state.ts";
import { searchMessages } from "../door/finding.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { t } from "../words/search/index.ts";
import { why } from "../words/index.ts";
import { brief } from "../words/time.ts";
import { SearchFilters } from "./SearchFilters.tsx";
import { known, type Known } from "./known.ts";
import { find } from "./match.ts";
import { parse, type Query } from "./query.ts";

/** Long enough not to ask for every letter, short enough to feel immediate. */
const PAUSE_MS = 180;
const MOST_NAMES = 6;

interface Found {
  readonly hits: readonly Hit[];
  readonly next: string;
  readonly busy: boolean;
  readonly error: string;
}

export function Results({ query: text, done }: { query: Signal<string>; done: () => void }) {
  const written = text.value.trim();
  const query = useMemo(() => parse(written), [written]);
  const filtered = query.from || query.inside || query.has || query.mentions || query.before || query.after;
  const names = useMemo(() => (filtered ? [] : find(known.value, query.words, MOST_NAMES)), [query, known.value, filtered]);
  const { found, more } = useHits(query);
  const box = useRef<HTMLDivElement>(null);
  const nothing = !found.busy && !found.error && names.length + found.hits.length === 0;
  const key = (event: KeyboardEvent): void => {
    const all = [...(box.current?.querySelectorAll<HTMLElement>(".result") ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    if (event.key === "ArrowDown") all[Math.min(all.length - 1, at + 1)]?.focus();
    else if (event.key === "ArrowUp") (at <= 0 ? document.querySelector<HTMLElement>(".search input") : all[at - 1])?.focus();
    else if (event.key === "Escape") {
      document.querySelector<HTMLElement>(".search input")?.focus();
      done();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="scroll results" ref={box} aria-busy={found.busy} onKeyDown={key}>
      <SearchFilters text={text} query={query} />
      {names.length > 0 && <h3>{t("search_names")}</h3>}
      <ul>
        {names.map((entry) => (
          <li key={entry.key}>
            <Name entry={entry} done={done} />
          </li>
        ))}
      </ul>
      {(found.hits.length > 0 || found.busy) && <h3>{t("search_hits")}</h3>}
      <ul>
        {found.hits.map((hit) => (
          <li key={`${hit.message.conversation}-${hit.message.seq}`}>
            <HitRow hit={hit} />
          </li>
        ))}
      </ul>
      <p class="hint center" role="status">
        {found.busy ? t("searching") : found.error ? t("search_failed", { why: why(found.error) }) : nothing ? t("search_none", { query: written }) : ""}
      </p>
      {nothing && <p class="hint center">{t("search_tips")}</p>}
      {found.next && !found.busy && (
        <button type="button" class="quiet more" onClick={more}>
          {t("more")}
        </button>
      )}
    </div>
  );
}

function Name({ entry: { conversation, user, kind }, done }: { entry: Known; done: () => void }) {
  const row = inbox.value.rows.find((each) => each.conversation === conversation);
  const person = people.value.get(user);
  const title = row ? titleOf(row) : nameOf(user);
  const open = (): void => {
    done();
    if (conversation) go(conversation);
    else client().openDirect(user).then((state) => go(state.conversation), complain);
  };
  return (
    <button type="button" class="result" onClick={open}>
      <Avatar id={user || conversation} name={title} kind={kind} size={32} file={row?.avatar || person?.avatar} />
      <span class="title">{title}</span>
      <span class="hint">{person ? person.title || `@${person.username}` : ""}</span>
    </button>
  );
}

/** The list stays when one is opened: often the second or third is the one that was meant. */
function HitRow({ hit: { message, text, highlights } }: { hit: Hit }) {
  const row = inbox.value.rows.find(({ conversation }) => conversation === message.conversation);
  const { conversation, seq } = message;
  return (
    <a
      class="result hit"
      href={`#/c/${conversation}/${seq}`}
      aria-current={selected.value === conversation && location.hash.endsWith(`/${seq}`) ? "true" : undefined}
      onClick={(event) => {
        event.preventDefault();
        go(conversation, seq);
      }}
    >
      <span class="line">
        <span class="title">{row ? titleOf(row) : nameOf(message.sender)}</span>
        <time>{brief(message.at, Date.now())}</time>
      </span>
      <span class="preview two">
        {nameOf(message.sender)}: <Highlighted text={text} ranges={highlights} />
      </span>
    </a>
  );
}

/** Ranges are in code points. The text starts near the first one, so that it is seen in the first line. */
export function Highlighted({ text, ranges }: { text: string; ranges: readonly (readonly [number, number])[] }) {
  const points = [...text.replace(/\s+/g, (space) => " ".repeat([...space].length))];
  const start = Math.max(0, (ranges[0]?.[0] ?? 0) - 24);
  const pieces = [start > 0 ? "…" : ""] as (string | preact.JSX.Element)[];
  let from = start;
  for (const [begin, end] of ranges) {
    pieces.push(points.slice(from, begin).join(""), <mark key={begin}>{points.slice(begin, end).join("")}</mark>);
    from = end;
  }
  return (
    <>
      {pieces}
      {points.slice(from, from + 120).join("")}
    </>
  );
}

const NONE: Found = { hits: [], next: "", busy: true, error: "" };

function useHits(query: Query): { readonly found: Found; readonly more: () => void } {
  const [found, set] = useState<Found>(NONE);
  const ask = (cursor: string, signal?: AbortSignal): void => {
    searchMessages(query, cursor, signal).then(
      ({ hits, next }) => {
        if (signal?.aborted) return;
        client().people.want(hits.map(({ message }) => message.sender));
        set((before) => ({ hits: cursor ? [...before.hits, ...hits] : hits, next, busy: false, error: "" }));
      },
      (cause: { code?: string }) => {
        if (!signal?.aborted) set((before) => ({ ...before, busy: false, error: cause.code ?? "internal" }));
      },
    );
  };
  useEffect(() => {
    const stop = new AbortController();
    set((before) => ({ ...before, busy: true, error: "" }));
    const timer = setTimeout(() => ask("", stop.signal), PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [query]);
  const more = (): void => {
    set((before) => ({ ...before, busy: true }));
    ask(found.next);
  };
  return { found, more };
}
