/** While several messages are chosen: what can be done with all of them. Stands where the composer was. */

import { useEffect } from "preact/hooks";
import { toast } from "../app/layers.ts";
import { nameOf } from "../app/names.ts";
import { client } from "../app/state.ts";
import { summaryOf } from "../kinds/summary.ts";
import { Icon } from "../parts/Icon.tsx";
import { t } from "../words/index.ts";
import { full } from "../words/time.ts";
import { sheet, type Place } from "./place.ts";

export function PickBar({ place }: { place: Place }) {
  const chosen = [...(place.picked.value?.values() ?? [])].sort((a, b) => a.seq - b.seq);
  const close = (): void => void (place.picked.value = null);
  useEffect(() => {
    const escape = (event: KeyboardEvent): void => {
      if (event.key !== "Escape" || sheet.value) return;
      event.preventDefault();
      event.stopPropagation();
      close();
    };
    addEventListener("keydown", escape, true);
    return () => removeEventListener("keydown", escape, true);
  }, []);
  const forward = (): void => void (sheet.value = { is: "forward", conversation: place.row.value.conversation, messages: chosen, done: close });
  const copy = (): void => {
    const text = chosen.map((each) => `${nameOf(each.sender)} ${full(each.at)}\n${summaryOf(each.kind, each.body)}`).join("\n\n");
    void navigator.clipboard.writeText(text).then(() => (toast.value = { text: t("copied") }));
    close();
  };
  const save = (): void => {
    void Promise.allSettled(chosen.map((each) => client().saved.save(each.conversation, each.seq, true))).then(() => (toast.value = { text: t("saved_now") }));
    close();
  };
  const none = chosen.length === 0;
  return (
    <div class="pick-bar" role="toolbar" aria-label={t("pick_several")}>
      <b role="status">{t("n_chosen", { n: chosen.length })}</b>
      <span class="writing-space" />
      <button type="button" class="button small" disabled={none} onClick={forward}>
        <Icon name="forward" size={16} /> {t("forward")}
      </button>
      <button type="button" class="plain" disabled={none} onClick={copy}>
        <Icon name="copy" size={16} /> {t("copy_all")}
      </button>
      <button type="button" class="plain" disabled={none} onClick={save}>
        <Icon name="bookmark" size={16} /> {t("save_message")}
      </button>
      <button type="button" class="quiet round" aria-label={t("cancel")} onClick={close}>
        <Icon name="close" />
      </button>
    </div>
  );
}
