/** Every shortcut there is, from the registry. */

import { printed, shortcuts, type Where } from "../app/shortcuts.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { t, type DialogWord } from "../words/dialogs/index.ts";

const PARTS: readonly (readonly [Where, DialogWord])[] = [
  ["page", "keys_page"],
  ["message", "keys_message"],
  ["composer", "keys_composer"],
];

export function Shortcuts({ close }: { close: () => void }) {
  return (
    <Dialog title={t("k_help")} wide close={close}>
      <div class="shortcuts">
        {PARTS.map(([where, word]) => (
          <section key={where}>
            <h3>{t(word)}</h3>
            <dl>
              {shortcuts()
                .filter((each) => each.where === where)
                .map(({ name, keys }) => (
                  <div key={name}>
                    <dt>{t(name)}</dt>
                    <dd>
                      {keys.split(" ").map((way) => (
                        <span class="keys" key={way}>
                          {printed(way).map((key) => (
                            <kbd key={key}>{key}</kbd>
                          ))}
                        </span>
                      ))}
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
      <p class="hint">{t("keys_hint")}</p>
    </Dialog>
  );
}
