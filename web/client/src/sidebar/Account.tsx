/** What one sets for oneself: language, appearance, devices, signing out. */

import { client, dialog, page } from "../app/state.ts";
import { cookie } from "../app/page.ts";
import { setLanguage, setTheme, theme, type Theme } from "../app/preferences.ts";
import { Icon } from "../parts/Icon.tsx";
import { Menu } from "../parts/Menu.tsx";
import { language, languages, ownName, t, type Word } from "../words/index.ts";

const THEMES: readonly (readonly [Theme, Word])[] = [
  ["", "theme_system"],
  ["light", "theme_light"],
  ["dark", "theme_dark"],
];

export function Account({ anchor, close }: { anchor: { x: number; y: number }; close: () => void }) {
  const then = (run: () => void) => (): void => {
    close();
    run();
  };
  return (
    <Menu label={t("account")} anchor={anchor} close={close}>
      <p class="menu-head" role="presentation">
        {page.value.name} <span>@{page.value.username}</span>
      </p>
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
      <button type="button" role="menuitem" onClick={then(() => (dialog.value = { is: "devices" }))}>
        <Icon name="device" size={18} /> {t("devices")}
      </button>
      {page.value.staff && (
        <a role="menuitem" href="/admin/">
          <Icon name="settings" size={18} /> {t("admin")}
        </a>
      )}
      <button type="button" role="menuitem" onClick={then(() => void signOut())}>
        <Icon name="exit" size={18} /> {t("sign_out")}
      </button>
    </Menu>
  );
}

/** Ends the session and forgets what this browser kept of it. */
export async function signOut(): Promise<void> {
  client().stop();
  indexedDB.deleteDatabase(`parley-${page.value.user}`);
  await fetch("/signout/", { method: "POST", headers: { "X-CSRFToken": cookie("csrftoken") }, redirect: "manual" });
  location.href = "/signin/";
}
