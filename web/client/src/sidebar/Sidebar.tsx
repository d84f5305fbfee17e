/** The left side: search and my conversations, or the threads I follow, or what I saved. */

import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { dialog, view } from "../app/layers.ts";
import { client, inbox, me } from "../app/state.ts";
import { Icon } from "../parts/Icon.tsx";
import { lazy } from "../parts/lazy.tsx";
import { t } from "../words/index.ts";
import { Filters } from "./Filters.tsx";
import { Waiting } from "./Ghosts.tsx";
import { List } from "./List.tsx";

const Results = lazy(async () => (await import("../search/Results.tsx")).Results, Waiting);
const Threads = lazy(async () => (await import("../panes/Threads.tsx")).Threads, Waiting);
const Saved = lazy(async () => (await import("../panes/Saved.tsx")).Saved, Waiting);

const TITLES = { chats: "messages", threads: "view_threads", saved: "view_saved" } as const;

export function Sidebar() {
  watchPeers();
  return (
    <section class="sidebar" aria-label={t(view.value === "chats" ? "conversations" : TITLES[view.value])}>
      <header class="sidebar-head">
        <h2>{t(TITLES[view.value])}</h2>
        <button type="button" class="quiet round" aria-label={t("new_chat")} title={t("new_chat")} onClick={() => (dialog.value = { is: "new" })}>
          <Icon name="write" />
        </button>
      </header>
      {view.value === "chats" ? <Chats /> : view.value === "threads" ? <Threads /> : <Saved />}
    </section>
  );
}

function Chats() {
  const query = useSignal("");
  const box = useRef<HTMLInputElement>(null);
  const clear = (): void => {
    query.value = "";
    box.current?.focus();
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && query.value) clear();
    else if (event.key === "ArrowDown") document.querySelector<HTMLElement>(".results .result, .conversation[tabindex='0']")?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <div class="search" role="search">
        <Icon name="search" size={18} />
        <input
          ref={box}
          type="search"
          value={query.value}
          placeholder={t("search")}
          aria-label={t("search_messages")}
          onInput={(event) => (query.value = event.currentTarget.value)}
          onKeyDown={key}
        />
        {query.value && (
          <button type="button" class="quiet round small" aria-label={t("search_clear")} onClick={clear}>
            <Icon name="close" size={16} />
          </button>
        )}
      </div>
      {query.value.trim() ? (
        <Results query={query} done={() => (query.value = "")} />
      ) : (
        <>
          <Filters />
          <List />
        </>
      )}
    </>
  );
}

/** Presence of those one talks to directly, newest first. */
function watchPeers(): void {
  const peers = useComputed(() => inbox.value.rows.filter(({ peer }) => peer > 0).slice(0, 199).map(({ peer }) => peer).join());
  useSignalEffect(() => {
    const users = peers.value.split(",").filter(Boolean).map(Number);
    client().presence.watch([me.value, ...users]);
  });
}
