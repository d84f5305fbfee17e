/** Who one is to the others: picture, name, title, status. */

import { useEffect, useState } from "preact/hooks";
import { complain } from "../../app/actions.ts";
import { dialog, toast } from "../../app/layers.ts";
import { nameOf } from "../../app/names.ts";
import { client, me, page, people } from "../../app/state.ts";
import { mine } from "../../door/mine.ts";
import { Avatar } from "../../parts/Avatar.tsx";
import { t } from "../../words/dialogs/index.ts";
import { why } from "../../words/index.ts";
import { PictureButton } from "../PictureButton.tsx";
import { Part } from "./fields.tsx";

export function Profile() {
  const self = people.value.get(me.value);
  const [name, setName] = useState(self?.name ?? page.value.name);
  const [title, setTitle] = useState(self?.title ?? "");
  const [error, fail] = useState("");
  useEffect(() => {
    if (!self) return;
    setName(self.name);
    setTitle(self.title);
  }, [self?.name, self?.title]);
  const again = (): Promise<void> => client().people.fetch([me.value]);
  const save = (event: Event): void => {
    event.preventDefault();
    fail("");
    mine.profile({ name: name.trim(), title: title.trim() }).then(
      () => {
        toast.value = { text: t("saved_now") };
        void again();
      },
      ({ code }: { code?: string }) => fail(code ?? "internal"),
    );
  };
  const says = [self?.status_emoji, self?.status_text].filter(Boolean).join(" ");
  return (
    <Part title={t("set_profile")}>
      <div class="profile-head">
        <Avatar id={me.value} name={nameOf(me.value)} size={72} file={self?.avatar} />
        <span>
          <b>{nameOf(me.value)}</b>
          <span class="hint">
            @{page.value.username}
            {self?.department && ` · ${self.department}`}
          </span>
          <PictureButton label={t("change_picture")} put={(picture) => mine.avatar(picture).then(again, complain)} />
        </span>
      </div>
      <form onSubmit={save}>
        <label class="labelled">
          {t("profile_name")}
          <input class="field" value={name} required maxLength={100} onInput={(event) => setName(event.currentTarget.value)} />
        </label>
        <label class="labelled">
          {t("profile_title")}
          <input class="field" value={title} maxLength={100} onInput={(event) => setTitle(event.currentTarget.value)} />
        </label>
        {error && <p role="alert">{why(error)}</p>}
        <div class="dialog-buttons">
          <button type="button" class="plain" onClick={() => (dialog.value = { is: "status" })}>
            {says || t("status_set")}
          </button>
          <button type="submit" class="button">
            {t("save")}
          </button>
        </div>
      </form>
    </Part>
  );
}
