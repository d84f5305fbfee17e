/** Leaving a group, after a question: coming back needs somebody else. */

import { useState } from "preact/hooks";
import { door } from "../app/door.ts";
import { titleOf } from "../app/names.ts";
import { go } from "../app/route.ts";
import { client, inbox, selected } from "../app/state.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { t } from "../words/dialogs/index.ts";
import { why } from "../words/index.ts";

export function Leave({ conversation, close }: { conversation: number; close: () => void }) {
  const [error, fail] = useState("");
  const row = inbox.value.rows.find((each) => each.conversation === conversation);
  const leave = (): void => {
    door.leave(conversation).then(
      () => {
        client().refresh();
        close();
        if (selected.value === conversation) go(0);
      },
      ({ code }: { code?: string }) => fail(code ?? "internal"),
    );
  };
  return (
    <Dialog title={t("leave")} close={close}>
      <p>{t("leave_question", { title: row ? titleOf(row) : "" })}</p>
      {error && <p role="alert">{why(error)}</p>}
      <div class="dialog-buttons">
        <button type="button" class="plain" onClick={close}>
          {t("cancel")}
        </button>
        <button type="button" class="button danger" onClick={leave}>
          {t("leave")}
        </button>
      </div>
    </Dialog>
  );
}
