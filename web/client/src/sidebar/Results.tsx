/** What a search finds: conversations and people at once from here, messages from the server. */

import type { ConversationState, Person } from "@parley/sdk";
import { useEffect, useState } from "preact/hooks";
import { door, type Hit } from "../app/door.ts";
import { nameOf, personName, titleOf } from "../app/names.ts";
import { go } from "../app/route.ts";
import { client, inbox, me, people } from "../app/state.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { t } from "../words/index.ts";
import { brief } from "../words/time.ts";

/** Long enough not to ask for every letter, short enough to feel immediate. */
const PAUSE_MS = 180;
const MOST = 6;

interface Found {
  readonly people: readonly Person[];
  readonly hits: readonly Hit[];
  readonly busy: boolean;
}

export function Results({ query, done }: { query: string; done: () => void }) {
  const found = useFound(query);
  const rows = matching(query);
  const direct = new Set(rows.map(({ peer }) => peer));
  const others = found.people.filter(({ id }) => id !== me.value && !direct.has(id)).slice(0, MOST);
  const nothing = !found.busy && rows.length + others.length + found.hits.length === 0;
  const leave = (): void => done();
  const direct_with = async (user: number): Promise<void> => {
    const state = await client().openDirect(user);
    done();
    go(state.conversation);
  };
  return (
    <div class="scroll results" aria-live="polite" aria-busy={found.busy}>
      {rows.length > 0 && <h3>{t("search_conversations")}</h3>}
      <ul>
        {rows.map((row) => (
          <li key={row.conversation}>
            <a class="result" href={`#/c/${row.conversation}`} onClick={leave}>
              <Avatar id={row.peer || row.conversation} name={titleOf(row)} kind={row.kind} size={32} />
              <span class="title">{titleOf(row)}</span>
            </a>
          </li>
        ))}
      </ul>
      {others.length > 0 && <h3>{t("search_people")}</h3>}
      <ul>
        {others.map((person) => (
          <li key={person.id}>
            <button type="button" class="result" onClick={() => void direct_with(person.id)}>
              <Avatar id={person.id} name={personName(person)} size={32} />
              <span class="title">{personName(person)}</span>
              <span class="hint">{person.title || `@${person.username}`}</span>
            </button>
          </li>
        ))}
      </ul>
      {found.hits.length > 0 && <h3>{t("search_hits")}</h3>}
      <ul>
        {found.hits.map((hit) => (
          <li key={`${hit.message.conversation}-${hit.message.seq}`}>
            <HitRow hit={hit} done={leave} />
          </li>
        ))}
      </ul>
      {found.busy && <p class="hint center">{t("searching")}</p>}
      {nothing && <p class="hint center">{t("search_none", { query })}</p>}
    </div>
  );
}

function HitRow({ hit: { message, text, highlights }, done }: { hit: Hit; done: () => void }) {
  const row = inbox.value.rows.find(({ conversation }) => conversation === message.conversation);
  return (
    <a class="result hit" href={`#/c/${message.conversation}/${message.seq}`} onClick={done}>
      <span class="line">
        <span class="title">{row ? titleOf(row) : nameOf(message.sender)}</span>
        <time>{brief(message.at, Date.now())}</time>
      </span>
      <span class="preview">
        {nameOf(message.sender)}: <Highlighted text={text} ranges={highlights} />
      </span>
    </a>
  );
}

/** Ranges are in code points. The text starts near the first one, so that it is seen in one line. */
function Highlighted({ text, ranges }: { text: string; ranges: readonly (readonly [number, number])[] }) {
  const points = [...text.replace(/\n/g, " ")];
  const start = Math.max(0, (ranges[0]?.[0] ?? 0) - 8);
  const pieces = [start > 0 ? "…" : ""] as (string | preact.JSX.Element)[];
  let from = start;
  for (const [begin, end] of ranges) {
    pieces.push(points.slice(from, begin).join(""), <mark key={begin}>{points.slice(begin, end).join("")}</mark>);
    from = end;
  }
  return (
    <>
      {pieces}
      {points.slice(from, from + 80).join("")}
    </>
  );
}

function matching(query: string): ConversationState[] {
  const wanted = query.toLowerCase();
  const has = (row: ConversationState): boolean => {
    const person = people.value.get(row.peer);
    const words = [titleOf(row), person?.username, person?.name, person?.other_name];
    return words.some((word) => word?.toLowerCase().includes(wanted));
  };
  return inbox.value.rows.filter(has).slice(0, MOST);
}

function useFound(query: string): Found {
  const [found, set] = useState<Found>({ people: [], hits: [], busy: true });
  useEffect(() => {
    const stop = new AbortController();
    set((before) => ({ ...before, busy: true }));
    const timer = setTimeout(() => {
      const hits = door.search(query, stop.signal).catch((): Hit[] => []);
      const persons = door.people(query, stop.signal).catch((): Person[] => []);
      void Promise.all([persons, hits]).then(([some, messages]) => {
        if (stop.signal.aborted) return;
        client().people.put(some);
        set({ people: some, hits: messages, busy: false });
      });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [query]);
  return found;
}

