/** The narrow column at the very left, on a phone the bar at the bottom: where to look, and who I am. */

import { useSignal } from "@preact/signals";
import { dialog, view, type View } from "../app/layers.ts";
import { nameOf } from "../app/names.ts";
import { badge, threadsUnread } from "../app/badge.ts";
import { me, people, presence, troubled } from "../app/state.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Icon, type IconName } from "../parts/Icon.tsx";
import { t, type Word } from "../words/index.ts";
import { Account } from "./Account.tsx";

const VIEWS: readonly (readonly [View, Word, IconName])[] = [
  ["chats", "view_chats", "chats"],
  ["threads", "view_threads", "threads"],
  ["saved", "view_saved", "bookmark"],
];

export function Rail() {
  const account = useSignal<{ x: number; y: number } | null>(null);
  const open = (event: MouseEvent): void => {
    const { left, right, top, bottom } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    account.value = top < innerHeight / 2 ? { x: right + 10, y: top } : { x: left, y: top - bottom + top - 460 };
  };
  return (
    <nav class="rail" aria-label={t("views")}>
      <button type="button" class="me" aria-haspopup="menu" aria-expanded={account.value !== null} onClick={open}>
        <Avatar id={me.value} name={nameOf(me.value)} size={38} file={people.value.get(me.value)?.avatar} status={troubled.value ? "offline" : (presence.value.get(me.value) ?? "online")} />
        <span class="hidden">{t("account")}</span>
      </button>
      {VIEWS.map(([each, word, icon]) => (
        <Place key={each} view={each} word={word} icon={icon} />
      ))}
      <span class="rail-gap" />
      <button type="button" class="rail-button wide-only" aria-label={t("k_help")} title={t("k_help")} onClick={() => (dialog.value = { is: "shortcuts" })}>
        <Icon name="help" size={22} />
      </button>
      <button type="button" class="rail-button" aria-label={t("settings")} title={t("settings")} onClick={() => (dialog.value = { is: "settings" })}>
        <Icon name="gear" size={22} />
      </button>
      {account.value && <Account anchor={account.value} close={() => (account.value = null)} />}
    </nav>
  );
}

function Place({ view: each, word, icon }: { view: View; word: Word; icon: IconName }) {
  const count = each === "chats" ? badge.value : each === "threads" ? threadsUnread.value : 0;
  return (
    <button type="button" class="rail-button" aria-current={view.value === each ? "true" : undefined} onClick={() => (view.value = each)}>
      <Icon name={icon} size={22} />
      <span class="rail-word">{t(word)}</span>
      {count > 0 && (
        <span class="badge">
          <span aria-hidden="true">{count > 99 ? "99+" : count}</span>
          <span class="hidden">{t("unread", { n: count })}</span>
        </span>
      )}
    </button>
  );
}
