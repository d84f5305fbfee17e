/** Choosing whom to mention: a list that opens after an @, moved through by arrows, taken by Enter or Tab. */

import type { ConversationState, Person } from "@parley/sdk";
import { useSignal, type Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { door } from "../app/door.ts";
import { personName } from "../app/names.ts";
import { client, me, people } from "../app/state.ts";
import { Avatar } from "../parts/Avatar.tsx";

const MOST = 6;
/** Members fetched to choose from; in larger groups the directory answers. */
const SMALL = 200;

export interface Mentioning {
  readonly options: Signal<readonly Person[]>;
  readonly active: Signal<number>;
  readonly attributes: Readonly<Record<string, string | boolean>>;
  readonly key: (event: KeyboardEvent) => boolean;
  readonly choose: (person: Person) => void;
  /** Ids of the chosen people whose names are still in the words. */
  readonly taken: (words: string) => number[];
}

export function useMentions(row: ConversationState, field: { current: HTMLTextAreaElement | null }, text: Signal<string>): Mentioning {
  const options = useSignal<readonly Person[]>([]);
  const active = useSignal(0);
  const chosen = useRef(new Map<number, string>());
  const members = useRef<readonly number[] | null>(null);
  const query = queryOf(text.value, field.current);

  useEffect(() => {
    if (row.kind !== "group" || query === null) {
      options.value = [];
      return;
    }
    let stale = false;
    void candidates(row, query, members).then((found) => {
      if (stale) return;
      options.value = found;
      active.value = 0;
    });
    return () => void (stale = true);
  }, [query, row.conversation]);

  const choose = (person: Person): void => {
    const at = field.current?.selectionStart ?? text.value.length;
    const name = personName(person);
    const head = text.value.slice(0, at).replace(/@[^\s@]*$/u, `@${name} `);
    chosen.current.set(person.id, name);
    text.value = head + text.value.slice(at);
    options.value = [];
    requestAnimationFrame(() => field.current?.setSelectionRange(head.length, head.length));
  };
  const key = (event: KeyboardEvent): boolean => {
    const { length } = options.value;
    if (length === 0) return false;
    const person = options.value[active.value];
    if (event.key === "ArrowDown") active.value = (active.value + 1) % length;
    else if (event.key === "ArrowUp") active.value = (active.value - 1 + length) % length;
    else if ((event.key === "Enter" || event.key === "Tab") && person) choose(person);
    else if (event.key === "Escape") options.value = [];
    else return false;
    event.preventDefault();
    return true;
  };
  const open = options.value.length > 0;
  return {
    options,
    active,
    key,
    choose,
    attributes: open
      ? { "aria-autocomplete": "list", "aria-controls": "mentions", "aria-activedescendant": `mention-${active.value}` }
      : {},
    taken(words) {
      const ids = [...chosen.current].filter(([, name]) => words.includes(`@${name}`)).map(([id]) => id);
      chosen.current.clear();
      return ids;
    },
  };
}

export function Mentions({ of: { options, active, choose } }: { of: Mentioning }) {
  if (options.value.length === 0) return null;
  return (
    <ul class="mentions" id="mentions" role="listbox" aria-label="@">
      {options.value.map((person, at) => (
        <li
          key={person.id}
          id={`mention-${at}`}
          role="option"
          aria-selected={at === active.value}
          onPointerDown={(event) => {
            event.preventDefault();
            choose(person);
          }}
        >
          <Avatar id={person.id} name={personName(person)} size={26} />
          <span class="title">{personName(person)}</span>
          <span class="hint">@{person.username}</span>
        </li>
      ))}
    </ul>
  );
}

/** What was typed after the @ at the cursor, null when there is none. */
function queryOf(text: string, field: HTMLTextAreaElement | null): string | null {
  const before = text.slice(0, field?.selectionStart ?? text.length);
  return /(?:^|[\s\p{Script=Han}，。！？])@([^\s@]{0,30})$/u.exec(before)?.[1] ?? null;
}

async function candidates(
  row: ConversationState,
  query: string,
  members: { current: readonly number[] | null },
): Promise<readonly Person[]> {
  try {
    if (row.member_count > SMALL) return query ? (await door.people(query)).slice(0, MOST) : [];
    members.current ??= (await door.members(row.conversation)).members.map(({ user }) => user);
    const unknown = members.current.filter((user) => !people.value.has(user));
    if (unknown.length > 0) await client().people.fetch(unknown);
  } catch {
    return [];
  }
  const wanted = query.toLowerCase();
  return members.current
    .flatMap((user) => people.value.get(user) ?? client().people.getSnapshot().get(user) ?? [])
    .filter(({ id }) => id !== me.value)
    .filter(({ name, other_name, username }) => [name, other_name, username].some((word) => word.toLowerCase().includes(wanted)))
    .slice(0, MOST);
}
