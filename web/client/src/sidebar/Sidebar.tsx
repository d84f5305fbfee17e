/** The left side: who I am, search, and my conversations. */

import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { client, dialog, inbox, me } from "../app/state.ts";
import { nameOf } from "../app/names.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Icon } from "../parts/Icon.tsx";
import { t } from "../words/index.ts";
import { Account } from "./Account.tsx";
import { Results } from "./Results.tsx";
import { Row } from "./Row.tsx";

/** Rows drawn at first and added by each "show more"; most people never look further. */
const STEP = 100;

export function Sidebar() {
  const query = useSignal("");
  const account = useSignal<{ x: number; y: number } | null>(null);
  const shown = useSignal(STEP);
  const box = useRef<HTMLInputElement>(null);
  watchPeers();
  const open = (event: MouseEvent): void => {
    const { left, bottom } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    account.value = { x: left, y: bottom + 6 };
  };
  const clear = (): void => {
    query.value = "";
    box.current?.focus();
  };
  return (
    <nav class="sidebar" aria-label={t("conversations")}>
      <header class="sidebar-head">
        <button type="button" class="me" aria-haspopup="menu" aria-expanded={account.value !== null} onClick={open}>
          <Avatar id={me.value} name={nameOf(me.value)} size={36} />
          <span class="me-name">{nameOf(me.value)}</span>
          <span class="hidden">{t("account")}</span>
        </button>
        <button type="button" class="quiet round" aria-label={t("new_chat")} title={t("new_chat")} onClick={() => (dialog.value = { is: "new" })}>
          <Icon name="write" />
        </button>
      </header>
      <div class="search" role="search">
        <Icon name="search" size={18} />
        <input
          ref={box}
          type="search"
          value={query.value}
          placeholder={t("search")}
          aria-label={t("search_messages")}
          onInput={(event) => (query.value = event.currentTarget.value)}
          onKeyDown={(event) => event.key === "Escape" && clear()}
        />
        {query.value && (
          <button type="button" class="quiet round small" aria-label={t("search_clear")} onClick={clear}>
            <Icon name="close" size={16} />
          </button>
        )}
      </div>
      {query.value.trim() ? (
        <Results query={query.value.trim()} done={() => (query.value = "")} />
      ) : (
        <List shown={shown.value} more={() => (shown.value += STEP)} />
      )}
      {account.value && <Account anchor={account.value} close={() => (account.value = null)} />}
    </nav>
  );
}

function List({ shown, more }: { shown: number; more: () => void }) {
  const { ready, rows } = inbox.value;
  const listed = rows.filter((row) => row.kind !== "personal" || row.last !== null);
  if (!ready && rows.length === 0) return <Ghosts />;
  if (listed.length === 0) {
    return (
      <div class="empty">
        <p>{t("no_conversations")}</p>
        <p class="hint">{t("no_conversations_hint")}</p>
      </div>
    );
  }
  return (
    <div class="scroll">
      <ul class="conversations">
        {listed.slice(0, shown).map((row) => (
          <Row key={row.conversation} row={row} />
        ))}
      </ul>
      {listed.length > shown && (
        <button type="button" class="quiet more" onClick={more}>
          {t("more")}
        </button>
      )}
    </div>
  );
}

function Ghosts() {
  return (
    <div class="ghosts" role="status">
      <span class="hidden">{t("loading")}</span>
      {Array.from({ length: 7 }, (_, at) => (
        <div class="ghost" key={at}>
          <i />
          <b />
        </div>
      ))}
    </div>
  );
}

/** Presence of those one talks to directly, newest first. */
function watchPeers(): void {
  const peers = useComputed(() => inbox.value.rows.filter(({ peer }) => peer > 0).slice(0, 200).map(({ peer }) => peer).join());
  useSignalEffect(() => {
    const users = peers.value.split(",").filter(Boolean).map(Number);
    if (users.length > 0) client().presence.watch(users);
  });
}
