/** Adding people to a group. */

import { useState } from "preact/hooks";
import { groups } from "../door/groups.ts";
import { client } from "../app/state.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { t } from "../words/dialogs/index.ts";
import { why } from "../words/index.ts";
import { People } from "./People.tsx";

export function Invite({ conversation, close }: { conversation: number; close: () => void }) {
  const [chosen, choose] = useState<readonly number[]>([]);
  const [error, fail] = useState("");
  const add = (event: Event): void => {
    event.preventDefault();
    if (chosen.length === 0) return fail("choose");
    groups.add(conversation, chosen).then(
      () => {
        client().refresh();
        close();
      },
      ({ code }: { code?: string }) => fail(code ?? "internal"),
    );
  };
  return (
    <Dialog title={t("add_people")} close={close}>
      <form onSubmit={add}>
        {error && <p role="alert">{error === "choose" ? t("choose_people") : why(error)}</p>}
        <People chosen={chosen} pick={(user) => choose((before) => (before.includes(user) ? before.filter((each) => each !== user) : [...before, user]))} />
        <button type="submit" class="button">
          {chosen.length > 0 ? `${t("add_people")} · ${t("chosen", { n: chosen.length })}` : t("add_people")}
        </button>
      </form>
    </Dialog>
  );
}
