/** Starting a conversation: with one person at once, with several as a group. */

import { clientKey } from "@parley/sdk";
import { strongRandom } from "@parley/sdk/browser";
import { useRef, useState } from "preact/hooks";
import { door } from "../app/door.ts";
import { nameOf } from "../app/names.ts";
import { go } from "../app/route.ts";
import { client, inbox } from "../app/state.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { t } from "../words/dialogs/index.ts";
import { why } from "../words/index.ts";
import { People } from "./People.tsx";

export function NewChat({ members, close }: { members: readonly number[]; close: () => void }) {
  const [group, setGroup] = useState(members.length > 0);
  const [title, setTitle] = useState("");
  const [chosen, choose] = useState<readonly number[]>(members);
  const [error, fail] = useState("");
  const [busy, work] = useState(false);
  const key = useRef(clientKey(strongRandom));
  const arrive = (conversation: number): void => {
    close();
    go(conversation);
  };
  const refuse = ({ code }: { code?: string }): void => {
    work(false);
    fail(code ?? "internal");
  };
  const pick = (user: number): void => {
    fail("");
    if (group) choose((before) => (before.includes(user) ? before.filter((each) => each !== user) : [...before, user]));
    else client().openDirect(user).then(({ conversation }) => arrive(conversation), refuse);
  };
  const create = (event: Event): void => {
    event.preventDefault();
    if (!group || busy) return;
    if (chosen.length === 0) return fail("choose");
    work(true);
    const named = title.trim() || chosen.slice(0, 4).map(nameOf).join(", ");
    door.createGroup(named.slice(0, 200), chosen, key.current).then((state) => {
      client().adopt(state);
      arrive(state.conversation);
    }, refuse);
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
        {error && <p role="alert">{error === "choose" ? t("choose_people") : why(error)}</p>}
        <People chosen={group ? chosen : null} pick={pick} first={!group && <Notes arrive={arrive} />} />
        {group && (
          <button type="submit" class="button" disabled={busy}>
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
