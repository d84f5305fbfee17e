/** Everything one can set, by page. What is changed holds at once and on every device. */

import { useState } from "preact/hooks";
import type { SettingsPage } from "../app/layers.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { Icon, type IconName } from "../parts/Icon.tsx";
import { t, type DialogWord } from "../words/dialogs/index.ts";
import { Devices } from "./settings/Devices.tsx";
import { Keys } from "./settings/Keys.tsx";
import { Look } from "./settings/Look.tsx";
import { Notifications } from "./settings/Notifications.tsx";
import { Profile } from "./settings/Profile.tsx";

const PAGES: readonly (readonly [SettingsPage, DialogWord, IconName])[] = [
  ["profile", "set_profile", "person"],
  ["look", "set_look", "look"],
  ["notifications", "set_notifications", "bell"],
  ["keys", "set_keys", "keyboard"],
  ["devices", "devices", "device"],
];

export function Settings({ page: first, close }: { page: SettingsPage; close: () => void }) {
  const [page, turn] = useState(first);
  return (
    <Dialog title={t("settings")} large close={close}>
      <div class="settings">
        <nav class="settings-pages" aria-label={t("settings")}>
          {PAGES.map(([each, word, icon]) => (
            <button key={each} type="button" aria-current={page === each ? "page" : undefined} onClick={() => turn(each)}>
              <Icon name={icon} size={18} /> {t(word)}
            </button>
          ))}
        </nav>
        <section class="settings-page" aria-label={t(PAGES.find(([each]) => each === page)?.[1] ?? "settings")}>
          {page === "profile" && <Profile />}
          {page === "look" && <Look />}
          {page === "notifications" && <Notifications />}
          {page === "keys" && <Keys />}
          {page === "devices" && <Devices />}
        </section>
      </div>
    </Dialog>
  );
}
