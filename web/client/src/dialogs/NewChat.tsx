/** Starting a conversation: with one person at once, with several as a group. */

import { clientKey, type Person } from "@parley/sdk";
import { strongRandom } from "@parley/sdk/browser";
import { useEffect, useRef, useState } from "preact/hooks";
import { door } from "../app/door.ts";
import { personName } from "../app/names.ts";
import { go } from "../app/route.ts";
import { client, inbox, me } from "../app/state.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { Icon } from "../parts/Icon.tsx";
import { t } from "../words/dialogs/index.ts";
import { why } from "../words/index.ts";

const PAUSE_MS = 150;

export function NewChat({ close }: { close: () => void }) {
  const [group, setGroup] = useState(false);
  const [query, setQuery] = useState("");
  const [title, setTitle] = useState("");
  const [chosen, choose] = useState<readonly Person[]>([]);
  const [error, fail] = useState("");
  const key = useRef(clientKey(strongRandom));
  const found = usePeople(query);
  const arrive = (conversation: number): void => {
    close();
    go(conversation);
  };
  const pick = (person: Person): void => {
    if (group) {
      choose((before) => (before.some(({ id }) => id === person.id) ? before.filter(({ id }) => id !== person.id) : [...before, person]));
    } else {
      client().openDirect(person.id).then(({ conversation }) => arrive(conversation), report(fail));
    }
  };
  const create = (event: Event): void => {
    event.preventDefault();
    if (chosen.length === 0) return fail("choose");
    const named = title.trim() || chosen.slice(0, 4).map(personName).join(", ");
    door.createGroup(named.slice(0, 200), chosen.map(({ id }) => id), key.current).then((state) => {
      client().adopt(state);
      arrive(state.conversation);
    }, report(fail));
  };
  return (
    <Dialog title={t("new_chat")} close={close}>
      <form onSubmit={create}>
        <div class="segments" role="group" aria-label={t("new_chat")}>
          {[false, true].map((each) => (
            <button key={String(each)} type="button" aria-pressed={group === each} onClick={() => setGroup(each)}>
              {t(each ? "new_group" : "new_direct")}
            </button>
          ))}
        </div>
        {group && (
          <input class="field" value={title} maxLength={200} placeholder={t("group_name")} aria-label={t("group_name")} onInput={(event) => setTitle(event.currentTarget.value)} />
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
        {error && <p role="alert">{error === "choose" ? t("choose_people") : why(error)}</p>}
        <ul class="people">
          {!group && !query && <Notes arrive={arrive} />}
          {found.map((person) => (
            <li key={person.id}>
              <button type="button" class="result" aria-pressed={group ? chosen.some(({ id }) => id === person.id) : undefined} onClick={() => pick(person)}>
                <Avatar id={person.id} name={personName(person)} size={34} />
                <span class="title">{personName(person)}</span>
                <span class="hint">{[person.title, person.department].filter(Boolean).join(" · ") || `@${person.username}`}</span>
                {group && chosen.some(({ id }) => id === person.id) && <Icon name="check" size={18} />}
              </button>
            </li>
          ))}
          {found.length === 0 && query && <li class="hint center">{t("no_people")}</li>}
        </ul>
        {group && (
          <button type="submit" class="button">
            {chosen.length > 0 ? `${t("create_group")} · ${t("chosen", { n: chosen.length })}` : t("create_group")}
          </button>
        )}
      </form>
    </Dialog>
  );
}

/** One's own conversation, for notes. */
function Notes({ arrive }: { arrive: (conversation: number) => void }) {
  const own = inbox.value.rows.find(({ kind }) => kind === "personal");
  if (!own) return null;
  return (
    <li>
      <button type="button" class="result" onClick={() => arrive(own.conversation)}>
        <Avatar id={own.conversation} name={t("notes")} kind="personal" size={34} />
        <span class="title">{t("notes")}</span>
      </button>
    </li>
  );
}

function report(fail: (code: string) => void): (cause: { code?: string }) => void {
  return ({ code }) => fail(code ?? "internal");
}

function usePeople(query: string): readonly Person[] {
  const [found, set] = useState<readonly Person[]>([]);
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      door.people(query.trim(), stop.signal).then(
        (people) => {
          client().people.put(people);
          set(people.filter(({ id }) => id !== me.value));
        },
        () => undefined,
      );
    }, query ? PAUSE_MS : 0);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [query]);
  return found;
}
