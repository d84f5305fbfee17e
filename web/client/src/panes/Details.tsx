/** About a conversation: who it is, what it is for, how I treat it, who is in it. */

import type { ConversationState } from "@parley/sdk";
import { useState } from "preact/hooks";
import { complain } from "../app/actions.ts";
import { dialog, pane, showCard } from "../app/layers.ts";
import { titleOf } from "../app/names.ts";
import { isMuted } from "../app/quiet.ts";
import { client, inbox, people, type Preferences } from "../app/state.ts";
import { PictureButton } from "../dialogs/PictureButton.tsx";
import { Choice, Switch } from "../dialogs/settings/fields.tsx";
import { groups, type GroupChanges } from "../door/groups.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Icon } from "../parts/Icon.tsx";
import { sheet } from "../talk/place.ts";
import { t } from "../words/dialogs/index.ts";
import { why } from "../words/index.ts";
import { PaneHead } from "./PaneHead.tsx";

export function Details({ conversation }: { conversation: number }) {
  const [editing, edit] = useState(false);
  const row = inbox.value.rows.find((each) => each.conversation === conversation);
  if (!row) return null;
  const runs = row.role === "owner" || row.role === "admin";
  const title = titleOf(row);
  return (
    <>
      <PaneHead title={t("details")} />
      <div class="scroll side-body">
        <div class="side-who">
          <Avatar id={row.peer || conversation} name={title} kind={row.kind} size={76} file={row.avatar || people.value.get(row.peer)?.avatar} />
          <h3>{title}</h3>
          {row.kind === "group" && <p class="hint">{t("members", { n: row.member_count })}</p>}
          {row.description && !editing && <p class="side-text">{row.description}</p>}
          {row.kind === "direct" && (
            <button type="button" class="plain" onClick={(event) => showCard(row.peer, event.currentTarget)}>
              {t("show_card")}
            </button>
          )}
          {row.kind === "group" && runs && !editing && (
            <button type="button" class="plain small" onClick={() => edit(true)}>
              <Icon name="edit" size={15} /> {t("group_edit")}
            </button>
          )}
        </div>
        {editing && <Edit row={row} close={() => edit(false)} />}
        <ul class="side-links">
          {row.kind === "group" && <Link icon="people" text={t("pane_members")} count={row.member_count} open={() => (pane.value = { is: "members", conversation })} />}
          <Link icon="pin" text={t("pane_pins")} open={() => (pane.value = { is: "pins", conversation })} />
          {row.kind === "group" && runs && <Link icon="alert" text={t("reports")} open={() => (sheet.value = { is: "reports", conversation })} />}
          {row.kind === "group" && (runs || row.post_policy === "all") && <Link icon="plus" text={t("add_people")} open={() => (dialog.value = { is: "invite", conversation })} />}
          {row.kind === "direct" && <Link icon="plus" text={t("card_group")} open={() => (dialog.value = { is: "new", members: [row.peer] })} />}
        </ul>
        <Treatment row={row} />
        {row.kind === "group" && row.role !== "owner" && (
          <button type="button" class="plain danger wide-button" onClick={() => (dialog.value = { is: "leave", conversation })}>
            <Icon name="exit" size={17} /> {t("leave")}
          </button>
        )}
        {row.kind === "group" && row.role === "owner" && <p class="hint">{t("owner_hint")}</p>}
      </div>
    </>
  );
}

function Link({ icon, text, count, open }: { icon: "people" | "pin" | "plus" | "alert"; text: string; count?: number; open: () => void }) {
  return (
    <li>
      <button type="button" class="result" onClick={open}>
        <Icon name={icon} size={19} />
        <span class="title">{text}</span>
        <span class="hint">{count}</span>
        <Icon name="next" size={15} />
      </button>
    </li>
  );
}

/** How I treat it; only I see this. */
function Treatment({ row }: { row: ConversationState }) {
  const prefer = (wishes: Preferences): void => void client().prefer(row.conversation, wishes).catch(complain);
  const muted = isMuted(row, Date.now());
  return (
    <section class="settings-part">
      <h3>{t("for_me")}</h3>
      <Switch label={t("star")} on={row.starred_at > 0} put={(starred) => prefer({ starred })} />
      <Switch
        label={t("mute")}
        on={muted}
        put={(on) => prefer(on ? { silent_until: Date.UTC(2100, 0, 1) } : { silent_until: 0, ...(row.notify === "none" ? { notify: "all" } : {}) })}
      />
      {row.kind === "group" && (
        <Choice
          label={t("notify_level")}
          value={row.notify as "all" | "mentions" | "none"}
          choices={[["all", t("notify_all")], ["mentions", t("notify_mentions")], ["none", t("notify_none")]]}
          put={(notify) => prefer({ notify })}
        />
      )}
    </section>
  );
}

function Edit({ row, close }: { row: ConversationState; close: () => void }) {
  const [title, setTitle] = useState(row.title);
  const [description, describe] = useState(row.description);
  const [policy, rule] = useState<"all" | "admins">(row.post_policy === "all" ? "all" : "admins");
  const [error, fail] = useState("");
  const save = (event: Event): void => {
    event.preventDefault();
    const changes: GroupChanges = { title: title.trim(), description: description.trim(), post_policy: policy };
    groups.change(row.conversation, changes).then(
      (state) => {
        client().adopt(state);
        close();
      },
      ({ code }: { code?: string }) => fail(code ?? "internal"),
    );
  };
  return (
    <form class="side-form" onSubmit={save}>
      <PictureButton label={t("change_picture")} put={(picture) => groups.avatar(row.conversation, picture).then(() => client().refresh(), complain)} />
      <label class="labelled">
        {t("group_name")}
        <input class="field" value={title} maxLength={200} required autofocus onInput={(event) => setTitle(event.currentTarget.value)} />
      </label>
      <label class="labelled">
        {t("group_description")}
        <textarea class="field" rows={3} maxLength={1000} value={description} onInput={(event) => describe(event.currentTarget.value)} />
      </label>
      <Choice
        label={t("post_policy")}
        value={policy}
        choices={[["all", t("policy_all")], ["admins", t("policy_admins")]]}
        put={rule}
      />
      {error && <p role="alert">{why(error)}</p>}
      <div class="dialog-buttons">
        <button type="button" class="plain" onClick={close}>
          {t("cancel")}
        </button>
        <button type="submit" class="button">
          {t("save")}
        </button>
      </div>
    </form>
  );
}
