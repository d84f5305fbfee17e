/** Choosing people: what the browser knows at once, what the server finds a moment later, who is chosen as chips. */

import type { Person } from "@parley/sdk";
import { useEffect, useState } from "preact/hooks";
import { door } from "../app/door.ts";
import { nameOf } from "../app/names.ts";
import { client, me, people } from "../app/state.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Icon } from "../parts/Icon.tsx";
import { wordsOf } from "../search/known.ts";
import { find, prepare } from "../search/match.ts";
import { t } from "../words/dialogs/index.ts";

const PAUSE_MS = 150;
const MOST = 30;

interface Props {
  readonly chosen: readonly number[] | null;
  readonly without?: ReadonlySet<number>;
  readonly pick: (user: number) => void;
  readonly first?: preact.ComponentChildren;
}

/** `chosen` null: a click is the answer; otherwise a click adds or takes away. */
export function People({ chosen, without, pick, first }: Props) {
  const [query, setQuery] = useState("");
  const found = useFound(query).filter(({ id }) => id !== me.value && !without?.has(id));
  return (
    <>
      {chosen && chosen.length > 0 && (
        <ul class="chips" aria-label={t("chosen", { n: chosen.length })}>
          {chosen.map((user) => (
            <li key={user}>
              <button type="button" class="chip" aria-label={t("unchoose", { name: nameOf(user) })} onClick={() => pick(user)}>
                <Avatar id={user} name={nameOf(user)} size={22} file={people.value.get(user)?.avatar} />
                {nameOf(user)}
                <Icon name="close" size={14} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <input
        class="field"
        type="search"
        value={query}
        placeholder={t("find_people")}
        aria-label={t("find_people")}
        autofocus
        onInput={(event) => setQuery(event.currentTarget.value)}
      />
      <ul class="people">
        {!query && first}
        {found.map(({ id, username, title, department, avatar }) => {
          const on = chosen?.includes(id) ?? false;
          return (
            <li key={id}>
              <button type="button" class="result" aria-pressed={chosen ? on : undefined} onClick={() => pick(id)}>
                <Avatar id={id} name={nameOf(id)} size={34} file={avatar} />
                <span class="title">{nameOf(id)}</span>
                <span class="hint">{[title, department].filter(Boolean).join(" · ") || `@${username}`}</span>
                {on && <Icon name="check" size={18} />}
              </button>
            </li>
          );
        })}
        {found.length === 0 && query && <li class="hint center">{t("no_people")}</li>}
      </ul>
    </>
  );
}

function useFound(query: string): readonly Person[] {
  const [answer, set] = useState<{ readonly query: string; readonly people: readonly Person[] }>({ query: "", people: [] });
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(
      () => {
        door.people(query.trim(), stop.signal).then(
          (some) => {
            client().people.put(some);
            set({ query, people: some });
          },
          () => undefined,
        );
      },
      query ? PAUSE_MS : 0,
    );
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [query]);
  if (answer.query === query) return answer.people;
  const here = [...people.value.values()].filter(({ active, kind }) => active && kind === "human");
  return find(here.map((person) => prepare({ person, words: wordsOf(person), weight: 0 })), query, MOST).map(
    ({ person }) => person,
  );
}
