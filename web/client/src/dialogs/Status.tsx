/** What one says of oneself for a while: an emoji, a few words, until when; and whether one wants to be left alone. */

import { useState } from "preact/hooks";
import { mine } from "../door/mine.ts";
import { client, me, people } from "../app/state.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { t, type DialogWord } from "../words/dialogs/index.ts";
import { why } from "../words/index.ts";

const EMOJIS = ["💬", "📅", "🎧", "🏠", "🚆", "🤒", "🌴", "🍜", "🚀"] as const;
const USUAL: readonly (readonly [string, DialogWord, Ends])[] = [
  ["📅", "status_meeting", "hour"],
  ["🎧", "status_focus", "four"],
  ["🏠", "status_home", "today"],
  ["🤒", "status_sick", "today"],
  ["🌴", "status_away", "week"],
];
const ENDS = ["never", "half", "hour", "four", "today", "week"] as const;
type Ends = (typeof ENDS)[number];

const MINUTE = 60_000;

/** When "today" ends: at the local midnight; "this week" on Sunday's. */
export function endOf(ends: Ends, now: number): number {
  const midnight = new Date(now).setHours(24, 0, 0, 0);
  if (ends === "never") return 0;
  if (ends === "today") return midnight;
  if (ends === "week") return midnight + ((7 - new Date(now).getDay()) % 7) * 1440 * MINUTE;
  return now + { half: 30, hour: 60, four: 240 }[ends] * MINUTE;
}

export function Status({ close }: { close: () => void }) {
  const self = people.value.get(me.value);
  const current = self && (self.status_until === 0 || self.status_until > Date.now());
  const [emoji, setEmoji] = useState((current && self.status_emoji) || "💬");
  const [text, setText] = useState((current && self.status_text) || "");
  const [ends, setEnds] = useState<Ends>("today");
  const [quiet, setQuiet] = useState((self?.quiet_until ?? 0) > Date.now());
  const [error, fail] = useState("");
  const store = (saying: { emoji: string; text: string }, silent: boolean): void => {
    const until = saying.text || saying.emoji ? endOf(ends, Date.now()) : 0;
    const quiet_until = silent ? endOf(ends, Date.now()) || Date.UTC(2100, 0, 1) : 0;
    mine.status({ ...saying, until, quiet_until }).then(
      (person) => {
        client().people.put([person]);
        close();
      },
      ({ code }: { code?: string }) => fail(code ?? "internal"),
    );
  };
  return (
    <Dialog title={t("status_title")} close={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          store({ emoji: text.trim() ? emoji : "", text: text.trim() }, quiet);
        }}
      >
        <div class="status-field">
          <span class="status-chosen" aria-hidden="true">
            {emoji}
          </span>
          <input class="field" value={text} maxLength={100} autofocus placeholder={t("status_hint")} aria-label={t("status_hint")} onInput={(event) => setText(event.currentTarget.value)} />
        </div>
        <div class="emoji-row" role="group" aria-label={t("status_emoji")}>
          {EMOJIS.map((each) => (
            <button key={each} type="button" aria-pressed={emoji === each} aria-label={each} onClick={() => setEmoji(each)}>
              {each}
            </button>
          ))}
        </div>
        <div class="suggestions" role="group" aria-label={t("status_usual")}>
          {USUAL.map(([face, word, until]) => (
            <button
              key={word}
              type="button"
              class="result"
              onClick={() => {
                setEmoji(face);
                setText(t(word));
                setEnds(until);
              }}
            >
              <span aria-hidden="true">{face}</span>
              <span class="title">{t(word)}</span>
              <span class="hint">{t(`ends_${until}`)}</span>
            </button>
          ))}
        </div>
        <label class="setting">
          <span>{t("status_until")}</span>
          <select value={ends} onChange={(event) => setEnds(event.currentTarget.value as Ends)}>
            {ENDS.map((each) => (
              <option key={each} value={each}>
                {t(`ends_${each}`)}
              </option>
            ))}
          </select>
        </label>
        <label class="setting">
          <span>{t("status_quiet")}</span>
          <input type="checkbox" class="switch" checked={quiet} onChange={(event) => setQuiet(event.currentTarget.checked)} />
        </label>
        {error && <p role="alert">{why(error)}</p>}
        <div class="dialog-buttons">
          <button type="button" class="plain" onClick={() => store({ emoji: "", text: "" }, false)}>
            {t("status_clear")}
          </button>
          <button type="submit" class="button">
            {t("save")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
