/** Language, appearance, density, and the reactions that are one click away. */

import { setLanguage, setTheme, theme } from "../../app/preferences.ts";
import { DEFAULTS, settings } from "../../app/settings.ts";
import { t } from "../../words/dialogs/index.ts";
import { language, languages, ownName } from "../../words/index.ts";
import { Choice, Part, Switch, keep } from "./fields.tsx";

const REACTIONS = ["👍", "❤️", "😄", "🎉", "👀", "🙏", "✅", "🔥", "😮", "😢", "👏", "💯", "🤔", "🚀", "☕", "👎"] as const;
const MOST_QUICK = 6;

export function Look() {
  const { density, enter_sends, quick_reactions: quick } = settings.value;
  const toggle = (emoji: string): void => {
    const next = quick.includes(emoji) ? quick.filter((each) => each !== emoji) : [...quick, emoji].slice(-MOST_QUICK);
    keep("quick_reactions", next.length > 0 ? next : DEFAULTS.quick_reactions);
  };
  return (
    <>
      <Part title={t("set_look")}>
        <Choice label={t("choose_language")} value={language.value} choices={languages.map((each) => [each, ownName(each)] as const)} put={setLanguage} />
        <Choice
          label={t("theme")}
          value={theme.value}
          choices={[["", t("theme_system")], ["light", t("theme_light")], ["dark", t("theme_dark")]]}
          put={setTheme}
        />
        <Choice
          label={t("set_density")}
          value={density}
          choices={[["comfortable", t("density_cosy")], ["compact", t("density_compact")]]}
          put={(value) => keep("density", value)}
        />
      </Part>
      <Part title={t("set_writing")}>
        <Switch label={t("set_enter")} hint={t("set_enter_hint")} on={enter_sends} put={(on) => keep("enter_sends", on)} />
        <fieldset class="setting tall">
          <legend>
            {t("set_quick")}
            <span class="hint">{t("set_quick_hint", { n: MOST_QUICK })}</span>
          </legend>
          <span class="emoji-row">
            {[...new Set([...quick, ...REACTIONS])].map((emoji) => (
              <button key={emoji} type="button" aria-pressed={quick.includes(emoji)} aria-label={emoji} onClick={() => toggle(emoji)}>
                {emoji}
              </button>
            ))}
          </span>
        </fieldset>
      </Part>
    </>
  );
}
