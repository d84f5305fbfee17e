/** A folder of conversations: its name and what is in it. */

import { useState } from "preact/hooks";
import { titleOf } from "../app/names.ts";
import { settings, type Folder } from "../app/settings.ts";
import { inbox } from "../app/state.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { Icon } from "../parts/Icon.tsx";
import { drop, save } from "../sidebar/folders.ts";
import { filter } from "../sidebar/shown.ts";
import { t } from "../words/dialogs/index.ts";
import { why } from "../words/index.ts";

/** `folder` is its id, 0 for a new one. */
export function FolderDialog({ folder: id, close }: { folder: number; close: () => void }) {
  const before = settings.value.folders.find((each) => each.id === id);
  const [name, setName] = useState(before?.name ?? "");
  const [inside, put] = useState<readonly number[]>(before?.conversations ?? []);
  const [query, look] = useState("");
  const [error, fail] = useState("");
  const refuse = ({ code }: { code?: string }): void => fail(code ?? "internal");
  const keep = (event: Event): void => {
    event.preventDefault();
    if (!name.trim()) return fail("name");
    const folder: Folder = { id: before?.id ?? Math.max(0, ...settings.value.folders.map((each) => each.id)) + 1, name: name.trim(), conversations: inside };
    save(folder).then(() => {
      filter.value = String(folder.id);
      close();
    }, refuse);
  };
  const remove = (): void => {
    drop(id).then(() => {
      filter.value = "all";
      close();
    }, refuse);
  };
  const wanted = query.trim().toLowerCase();
  const rows = inbox.value.rows.filter((row) => titleOf(row).toLowerCase().includes(wanted)).slice(0, 60);
  return (
    <Dialog title={before ? t("folder_edit") : t("folder_new")} close={close}>
      <form onSubmit={keep}>
        <input class="field" value={name} maxLength={40} required autofocus placeholder={t("folder_name")} aria-label={t("folder_name")} onInput={(event) => setName(event.currentTarget.value)} />
        <input class="field" type="search" value={query} placeholder={t("folder_find")} aria-label={t("folder_find")} onInput={(event) => look(event.currentTarget.value)} />
        {error && <p role="alert">{error === "name" ? t("folder_needs_name") : why(error)}</p>}
        <ul class="people">
          {rows.map((row) => {
            const on = inside.includes(row.conversation);
            const toggle = (): void => put(on ? inside.filter((each) => each !== row.conversation) : [...inside, row.conversation]);
            return (
              <li key={row.conversation}>
                <button type="button" class="result" aria-pressed={on} onClick={toggle}>
                  <Avatar id={row.peer || row.conversation} name={titleOf(row)} kind={row.kind} size={32} file={row.avatar} />
                  <span class="title">{titleOf(row)}</span>
                  <span class="hint" />
                  {on && <Icon name="check" size={18} />}
                </button>
              </li>
            );
          })}
        </ul>
        <div class="dialog-buttons">
          {before && (
            <button type="button" class="plain danger" onClick={remove}>
              {t("folder_drop")}
            </button>
          )}
          <button type="submit" class="button">
            {t("save")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
