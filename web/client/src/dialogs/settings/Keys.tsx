/** Shortcuts of a single key, and where all of them are listed. */

import { dialog } from "../../app/layers.ts";
import { settings } from "../../app/settings.ts";
import { t } from "../../words/dialogs/index.ts";
import { Part, Switch, keep } from "./fields.tsx";

export function Keys() {
  return (
    <Part title={t("set_keys")}>
      <Switch label={t("set_single")} hint={t("set_single_hint")} on={settings.value.single_key_shortcuts} put={(on) => keep("single_key_shortcuts", on)} />
      <button type="button" class="plain" onClick={() => (dialog.value = { is: "shortcuts" })}>
        {t("k_help")}
      </button>
    </Part>
  );
}
