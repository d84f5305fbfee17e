/** Who is in a group. */

import { useEffect, useState } from "preact/hooks";
import { door, type Member } from "../app/door.ts";
import { nameOf, titleOf } from "../app/names.ts";
import { go } from "../app/route.ts";
import { client, inbox, me, presence } from "../app/state.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { t } from "../words/dialogs/index.ts";

export function Details({ conversation, close }: { conversation: number; close: () => void }) {
  const row = inbox.value.rows.find((each) => each.conversation === conversation);
  const [members, set] = useState<readonly Member[]>([]);
  const [next, setNext] = useState("");
  const load = (cursor: string): void => {
    void door.members(conversation, cursor).then((page) => {
      set((before) => [...before, ...page.members]);
      setNext(page.next ?? "");
      client().people.want(page.members.map(({ user }) => user));
    });
  };
  useEffect(() => load(""), [conversation]);
  if (!row) return null;
  const talk = async (user: number): Promise<void> => {
    const state = await client().openDirect(user);
    close();
    go(state.conversation);
  };
  const leave = async (): Promise<void> => {
    await door.leave(conversation);
    close();
    go(0);
  };
  return (
    <Dialog title={titleOf(row)} close={close}>
      {row.description && <p>{row.description}</p>}
      <p class="hint">{t("members", { n: row.member_count })}</p>
      <ul class="people">
        {members.map(({ user, role }) => (
          <li key={user}>
            <button type="button" class="result" disabled={user === me.value} onClick={() => void talk(user)}>
              <Avatar id={user} name={nameOf(user)} size={32} status={presence.value.get(user)} />
              <span class="title">{user === me.value ? t("you") : nameOf(user)}</span>
              {role !== "member" && <span class="hint">{t(role === "owner" ? "owner" : "admin_role")}</span>}
            </button>
          </li>
        ))}
      </ul>
      {next && (
        <button type="button" class="quiet more" onClick={() => load(next)}>
          {t("more")}
        </button>
      )}
      {row.role !== "owner" && (
        <button type="button" class="plain danger" onClick={() => void leave()}>
          {t("leave")}
        </button>
      )}
    </Dialog>
  );
}
