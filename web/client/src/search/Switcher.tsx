/** Ctrl+K: to anybody and anything by a few letters. Answers from what the browser knows; the server adds the rest. */

import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { complain } from "../app/actions.ts";
import { door } from "../app/door.ts";
import { nameOf, titleOf } from "../app/names.ts";
import { begun } from "../app/layers.ts";
import { go } from "../app/route.ts";
import { client, inbox, me, people, presence, selected } from "../app/state.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Icon } from "../parts/Icon.tsx";
import { t } from "../words/search/index.ts";
import { known, type Known } from "./known.ts";
import { find } from "./match.ts";

const MOST = 12;
/** The server is asked only when the typing pauses. */
const PAUSE_MS = 160;

export function Switcher({ close }: { close: () => void }) {
  const [query, setQuery] = useState(() => begun.peek());
  const [at, setAt] = useState(0);
  const box = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const id = useId();
  useMoreFromServer(query);
  const all = known.value;
  const found = useMemo(() => (query.trim() ? find(all, query, MOST) : recent()), [query, all]);
  const now = Math.min(at, found.length - 1);

  // Before the frame is drawn: the next key is already meant for the field.
  useLayoutEffect(() => {
    const before = document.activeElement;
    box.current?.showModal();
    begun.value = "";
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  useEffect(() => {
    list.current?.children[now]?.scrollIntoView({ block: "nearest" });
  }, [now]);

  const take = (entry: Known | undefined): void => {
    if (!entry) return;
    close();
    if (entry.conversation) go(entry.conversation);
    else client().openDirect(entry.user).then(({ conversation }) => go(conversation), complain);
  };
  const key = (event: KeyboardEvent): void => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "ArrowDown") setAt((now + 1) % Math.max(1, found.length));
    else if (event.key === "ArrowUp") setAt((now - 1 + found.length) % Math.max(1, found.length));
    else if (event.key === "Enter") take(found[now]);
    else return;
    event.preventDefault();
  };
  return (
    <dialog ref={box} class="dialog switcher" aria-label={t("k_switcher")} onClose={close} onMouseDown={(event) => event.target === box.current && close()}>
      <div class="switcher-box">
        <div class="switcher-field">
          <Icon name="search" size={20} />
          <input
            role="combobox"
            aria-expanded="true"
            aria-controls={`${id}-list`}
            aria-activedescendant={found[now] ? `${id}-${now}` : undefined}
            aria-label={t("switcher_hint")}
            placeholder={t("switcher_hint")}
            autofocus
            autocomplete="off"
            spellcheck={false}
            value={query}
            onInput={(event) => {
              setQuery(event.currentTarget.value);
              setAt(0);
            }}
            onKeyDown={key}
          />
        </div>
        <ul ref={list} id={`${id}-list`} role="listbox" aria-label={t("switcher_found")} class="switcher-list" data-query={query}>
          {found.map((entry, index) => (
            <li
              key={entry.key}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === now}
              class="result"
              onMouseMove={() => setAt(index)}
              onClick={() => take(entry)}
            >
              <Entry entry={entry} />
            </li>
          ))}
        </ul>
        {found.length === 0 && <p class="hint center switcher-none">{query.trim() ? t("search_none", { query: query.trim() }) : t("no_conversations")}</p>}
        <p class="switcher-keys hint" aria-hidden="true">
          <kbd>↑</kbd>
          <kbd>↓</kbd> {t("switcher_move")} <kbd>↵</kbd> {t("switcher_open")} <kbd>Esc</kbd> {t("close")}
        </p>
      </div>
    </dialog>
  );
}

function Entry({ entry: { conversation, user, kind } }: { entry: Known }) {
  const row = inbox.value.rows.find((each) => each.conversation === conversation);
  const person = people.value.get(user);
  const title = row ? titleOf(row) : nameOf(user);
  const beneath = person ? [person.title, person.department].filter(Boolean).join(" · ") || `@${person.username}` : row?.kind === "group" ? t("members", { n: row.member_count }) : "";
  return (
    <>
      <Avatar id={user || conversation} name={title} kind={kind} size={32} status={presence.value.get(user)} file={row?.avatar || person?.avatar} />
      <span class="title">{title}</span>
      <span class="hint">{beneath}</span>
      {row !== undefined && row.unread > 0 && <span class="badge">{row.unread > 999 ? "999+" : row.unread}</span>}
    </>
  );
}

/** Before anything is typed: where one was last, without where one is. */
function recent(): Known[] {
  return known.value.filter(({ entry }) => entry.conversation > 0 && entry.conversation !== selected.value).slice(0, 8).map(({ entry }) => entry);
}

/** People that this browser has not seen yet become known, and with that found. */
function useMoreFromServer(query: string): void {
  useEffect(() => {
    const wanted = query.trim();
    if (!wanted) return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      door.people(wanted, stop.signal).then(
        (some) => client().people.put(some.filter(({ id }) => id !== me.value && !people.value.has(id))),
        () => undefined, // offline: what is known is all there is
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [query]);
}
