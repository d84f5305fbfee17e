/** What one sets for oneself in passing: status, language, appearance; and the ways to the rest. */

import { complain } from "../app/actions.ts";
import { dialog } from "../app/layers.ts";
import { nameOf } from "../app/names.ts";
import { setLanguage, setTheme, theme, type Theme } from "../app/preferences.ts";
import { signOut } from "../app/signout.ts";
import { client, me, page, people } from "../app/state.ts";
import { mine } from "../door/mine.ts";
import { Icon } from "../parts/Icon.tsx";
import { Menu } from "../parts/Menu.tsx";
import { language, languages, ownName, t, type Word } from "../words/index.ts";
import { full } from "../words/time.ts";

const THEMES: readonly (readonly [Theme, Word])[] = [
  ["", "theme_system"],
  ["light", "theme_light"],
  ["dark", "theme_dark"],
];
const QUIET_MS = 3_600_000;

export function Account({ anchor, close }: { anchor: { x: number; y: number }; close: () => void }) {
  const then = (run: () => void) => (): void => {
    close();
    run();
  };
  const self = people.value.get(me.value);
  const now = Date.now();
  const quiet = (self?.quiet_until ?? 0) > now;
  const says = self && (self.status_until === 0 || self.status_until > now) ? `${self.status_emoji} ${self.status_text}`.trim() : "";
  const setQuiet = async (until: number): Promise<void> => {
    const { status_emoji: emoji = "", status_text: text = "", status_until = 0 } = self ?? {};
    client().people.put([await mine.status({ emoji, text, until: status_until, quiet_until: until })]);
  };
  return (
    <Menu label={t("account")} anchor={anchor} close={close}>
      <p class="menu-head" role="presentation">
        {nameOf(me.value)} <span>@{page.value.username}</span>
      </p>
      <button type="button" role="menuitem" class="menu-status" onClick={then(() => (dialog.value = { is: "status" }))}>
        <Icon name="smile" size={18} /> {says || t("status_set")}
      </button>
      <button type="button" role="menuitem" onClick={then(() => void setQuiet(quiet ? 0 : now + QUIET_MS).catch(complain))}>
        <Icon name={quiet ? "bell" : "quiet"} size={18} /> {quiet ? t("quiet_off", { time: full(self?.quiet_until ?? 0) }) : t("quiet_on")}
      </button>
      <hr />
      <div role="group" aria-label={t("choose_language")} class="choices">
        {languages.map((each) => (
          <button key={each} type="button" role="menuitemradio" aria-checked={language.value === each} lang={each} onClick={() => setLanguage(each)}>
            {ownName(each)}
          </button>
        ))}
      </div>
      <div role="group" aria-label={t("theme")} class="choices">
        {THEMES.map(([each, word]) => (
          <button key={each} type="button" role="menuitemradio" aria-checked={theme.value === each} onClick={() => setTheme(each)}>
            {t(word)}
          </button>
        ))}
      </div>
      <button type="button" role="menuitem" onClick={then(() => (dialog.value = { is: "settings" }))}>
        <Icon name="gear" size={18} /> {t("settings")}
      </button>
      <button type="button" role="menuitem" onClick={then(() => (dialog.value = { is: "devices" }))}>
        <Icon name="device" size={18} /> {t("devices")}
      </button>
      <a role="menuitem" href="#/apps" onClick={close}>
        <Icon name="code" size={18} /> {t("apps")}
      </a>
      {page.value.staff && (
        <a role="menuitem" href="/admin/">
          <Icon name="settings" size={18} /> {t("admin")}
        </a>
      )}
      <hr />
      <button type="button" role="menuitem" onClick={then(() => void signOut())}>
        <Icon name="exit" size={18} /> {t("sign_out")}
      </button>
    </Menu>
  );
}
