/** Who is in a group: searched by the server, fetched page by page, drawn only as far as one looks. */

import type { ConversationState } from "@parley/sdk";
import { useSignal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { complain } from "../app/actions.ts";
import type { Member } from "../app/door.ts";
import { showCard } from "../app/layers.ts";
import { nameOf } from "../app/names.ts";
import { client, inbox, me, people, presence } from "../app/state.ts";
import { groups } from "../door/groups.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Icon } from "../parts/Icon.tsx";
import { useLines } from "../parts/lines.ts";
import { Menu } from "../parts/Menu.tsx";
import { t } from "../words/dialogs/index.ts";
import { why } from "../words/index.ts";
import { PaneHead } from "./PaneHead.tsx";

const HEIGHT = 52;
const PAUSE_MS = 180;
/** Rows before the end at which the next page is asked for. */
const EARLY = 30;

export function Members({ conversation }: { conversation: number }) {
  const [query, setQuery] = useState("");
  const row = inbox.value.rows.find((each) => each.conversation === conversation);
  const { members, error, more, reload } = useMembers(conversation, query);
  const box = useRef<HTMLDivElement>(null);
  const lines = useLines(box, members.length, () => HEIGHT, HEIGHT);
  const opened = useSignal<{ member: Member; x: number; y: number } | null>(null);
  useEffect(() => {
    const seen = members.slice(lines.first, lines.last + 1).map(({ user }) => user);
    client().people.want(seen);
    if (lines.last >= members.length - EARLY) more();
  }, [lines.first, lines.last, members]);
  if (!row) return null;
  const runs = row.role === "owner" || row.role === "admin";
  return (
    <>
      <PaneHead title={`${t("pane_members")} · ${row.member_count}`} back={{ is: "details", conversation }} />
      <div class="side-search">
        <input class="field" type="search" value={query} placeholder={t("find_member")} aria-label={t("find_member")} onInput={(event) => setQuery(event.currentTarget.value)} />
      </div>
      {error && <p role="alert" class="side-text">{why(error)}</p>}
      <div class="scroll side-body flush" ref={box}>
        <ul class="member-list" style={{ height: `${lines.tops.at(-1) ?? 0}px` }}>
          {members.slice(lines.first, lines.last + 1).map((member, at) => (
            <li key={member.user} aria-setsize={row.member_count} aria-posinset={lines.first + at + 1} style={{ transform: `translateY(${lines.tops[lines.first + at] ?? 0}px)` }}>
              <MemberRow
                member={member}
                menu={runs && member.user !== me.value && mayChange(row, member) ? (x, y) => (opened.value = { member, x, y }) : null}
              />
            </li>
          ))}
        </ul>
        {members.length === 0 && !error && <p class="hint center">{query ? t("no_people") : t("loading")}</p>}
      </div>
      {opened.value && (
        <MemberMenu
          row={row}
          member={opened.value.member}
          anchor={opened.value}
          close={() => (opened.value = null)}
          changed={reload}
        />
      )}
    </>
  );
}

/** Owners change everybody but themselves; administrators change members. The server decides again. */
function mayChange(row: ConversationState, member: Member): boolean {
  return row.role === "owner" || member.role === "member";
}

function MemberRow({ member: { user, role }, menu }: { member: Member; menu: ((x: number, y: number) => void) | null }) {
  const person = people.value.get(user);
  return (
    <div class="member">
      <button type="button" class="result" onClick={(event) => showCard(user, event.currentTarget)}>
        <Avatar id={user} name={nameOf(user)} size={34} file={person?.avatar} status={presence.value.get(user)} />
        <span class="title">{user === me.value ? `${nameOf(user)} (${t("you")})` : nameOf(user)}</span>
        <span class="hint">{person?.title}</span>
        {role !== "member" && <span class="role">{t(role === "owner" ? "owner" : "admin_role")}</span>}
      </button>
      {menu && (
        <button
          type="button"
          class="quiet round small"
          aria-label={t("member_menu", { name: nameOf(user) })}
          aria-haspopup="menu"
          onClick={(event) => {
            const { left, bottom } = event.currentTarget.getBoundingClientRect();
            menu(left - 160, bottom + 4);
          }}
        >
          <Icon name="more" size={16} />
        </button>
      )}
    </div>
  );
}

interface Acting {
  readonly row: ConversationState;
  readonly member: Member;
  readonly anchor: { readonly x: number; readonly y: number };
  readonly close: () => void;
  readonly changed: () => void;
}

function MemberMenu({ row, member, anchor, close, changed }: Acting) {
  const act = (run: () => Promise<unknown>) => (): void => {
    close();
    run().then(changed, complain);
  };
  const { conversation } = row;
  const { user } = member;
  return (
    <Menu label={t("member_menu", { name: nameOf(user) })} anchor={anchor} close={close}>
      {row.role === "owner" && (
        <button type="button" role="menuitem" onClick={act(() => groups.role(conversation, user, member.role === "admin" ? "member" : "admin"))}>
          <Icon name="star" size={18} /> {t(member.role === "admin" ? "unmake_admin" : "make_admin")}
        </button>
      )}
      {row.role === "owner" && (
        <button type="button" role="menuitem" onClick={act(() => groups.role(conversation, user, "owner"))}>
          <Icon name="person" size={18} /> {t("make_owner")}
        </button>
      )}
      <button type="button" role="menuitem" class="danger" onClick={act(() => groups.remove(conversation, user))}>
        <Icon name="exit" size={18} /> {t("remove_member")}
      </button>
    </Menu>
  );
}

interface Loaded {
  readonly members: readonly Member[];
  readonly error: string;
  readonly more: () => void;
  readonly reload: () => void;
}

function useMembers(conversation: number, query: string): Loaded {
  const [state, set] = useState<{ members: readonly Member[]; next: string; error: string }>({ members: [], next: "", error: "" });
  const [round, again] = useState(0);
  const asking = useRef(false);
  const ask = (cursor: string, signal?: AbortSignal): void => {
    asking.current = true;
    groups.members(conversation, query.trim(), cursor, signal).then(
      (page) => {
        asking.current = false;
        set((before) => ({ members: cursor ? [...before.members, ...page.members] : page.members, next: page.next ?? "", error: "" }));
      },
      ({ code }: { code?: string }) => {
        asking.current = false;
        if (code !== "cancelled") set((before) => ({ ...before, error: code ?? "internal" }));
      },
    );
  };
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => ask("", stop.signal), query ? PAUSE_MS : 0);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [conversation, query, round]);
  const more = (): void => {
    if (state.next && !asking.current) ask(state.next);
  };
  return { members: state.members, error: state.error, more, reload: () => again((before) => before + 1) };
}
