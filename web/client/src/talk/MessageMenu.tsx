/** The menu of one message: quick reactions, then everything that can be done with it. */

import { useSignal } from "@preact/signals";
import { Icon } from "../parts/Icon.tsx";
import { Menu } from "../parts/Menu.tsx";
import { t } from "../words/index.ts";
import { Emojis } from "./Emojis.tsx";
import type { Chosen, Place } from "./place.ts";
import { quick, used } from "./recent.ts";
import { LOOKS, perform, react, verbsFor } from "./verbs.ts";

export function MessageMenu({ item, anchor, as, place, close }: Chosen & { place: Place; close: () => void }) {
  const board = useSignal(as === "react");
  const then = (run: () => void) => (): void => {
    close();
    run();
  };
  const put = (emoji: string): void => {
    used(emoji);
    react(item.message, emoji);
  };
  if (board.value) return <Emojis anchor={anchor} choose={put} close={close} />;
  return (
    <Menu label={t("actions")} anchor={anchor} close={close}>
      <div class="quick" role="group" aria-label={t("react")}>
        {quick().map((emoji) => (
          <button key={emoji} type="button" role="menuitem" aria-label={t("react_with", { emoji })} onClick={then(() => put(emoji))}>
            {emoji}
          </button>
        ))}
        <button type="button" role="menuitem" aria-label={t("more_emojis")} title={t("more_emojis")} onClick={() => (board.value = true)}>
          <Icon name="add" size={18} />
        </button>
      </div>
      {verbsFor(item, place).map((verb) => {
        const { word, icon, key } = LOOKS[verb];
        return (
          <button key={verb} type="button" role="menuitem" class={verb === "recall" ? "danger" : ""} onClick={then(() => perform(verb, item, place))}>
            <Icon name={icon} size={18} /> {t(word)}
            {key && <kbd aria-hidden="true">{key}</kbd>}
          </button>
        );
      })}
    </Menu>
  );
}
