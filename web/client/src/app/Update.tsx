/** Says that a newer page is ready. Nobody is reloaded while writing. */

import { t } from "../words/index.ts";
import { applyUpdate, updateReady } from "./worker.ts";

export function Update() {
  if (!updateReady.value) return null;
  return (
    <div class="toasts">
      <div class="toast" role="status">
        <p>{t("update_ready")}</p>
        <button type="button" class="toast-action" onClick={applyUpdate}>
          {t("reload")}
        </button>
        <button type="button" class="toast-later" onClick={() => (updateReady.value = false)}>
          {t("later")}
        </button>
      </div>
    </div>
  );
}
