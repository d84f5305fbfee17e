/** The switcher while its code is on the way: who presses Ctrl+K types on, and no letter may be lost meanwhile. */

import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../words/index.ts";
import { begun, dialog } from "./layers.ts";

export function SwitcherField() {
  const box = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    begun.value = "";
    box.current?.showModal();
  }, []);
  return (
    <dialog ref={box} class="dialog switcher" aria-label={t("k_switcher")} aria-busy="true" onCancel={() => (dialog.value = null)}>
      <div class="switcher-box">
        <div class="switcher-field">
          <input aria-label={t("k_switcher")} autofocus autocomplete="off" spellcheck={false} onInput={(event) => (begun.value = event.currentTarget.value)} />
        </div>
      </div>
    </dialog>
  );
}
