/** Asking the moderators of a group to look at a message: what it is, and words of one's own. */

import type { MessageCreated } from "@parley/sdk";
import { useSignal } from "@preact/signals";
import { toast } from "../app/layers.ts";
import { CATEGORIES, reports, type Category } from "../door/reports.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { why } from "../words/index.ts";
import { t } from "../words/sheets/index.ts";

const MOST = 500;

export function Report({ message, close }: { message: MessageCreated; close: () => void }) {
  const category = useSignal<Category>("spam");
  const text = useSignal("");
  const error = useSignal("");
  const busy = useSignal(false);
  const send = (event: Event): void => {
    event.preventDefault();
    busy.value = true;
    reports.make(message.conversation, message.seq, category.value, text.value.trim()).then(
      () => {
        toast.value = { text: t("report_sent") };
        close();
      },
      ({ code }: { code?: string }) => {
        busy.value = false;
        error.value = why(code ?? "internal");
      },
    );
  };
  return (
    <Dialog title={t("report_message")} close={close}>
      <form class="side-form report" onSubmit={send}>
        <p class="hint">{t("report_who_sees")}</p>
        <fieldset class="report-what">
          <legend class="hint">{t("report_why")}</legend>
          {CATEGORIES.map((each) => (
            <label key={each}>
              <input type="radio" name="category" checked={category.value === each} onChange={() => (category.value = each)} /> {t(`report_${each}`)}
            </label>
          ))}
        </fieldset>
        <label class="labelled">
          {t("report_text")}
          <textarea class="field" rows={3} maxLength={MOST} value={text.value} onInput={(event) => (text.value = event.currentTarget.value)} />
        </label>
        {error.value && <p role="alert">{error.value}</p>}
        <div class="dialog-buttons">
          <button type="button" class="plain" onClick={close}>
            {t("cancel")}
          </button>
          <button type="submit" class="button" disabled={busy.value}>
            {t("report_send")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
