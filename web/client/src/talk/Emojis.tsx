/** A small board of emojis that people use at work. */

import { Menu } from "../parts/Menu.tsx";
import { t } from "../words/index.ts";

const BOARD = [..."😀😄😂🙂😉😍🤔😅😭😡👍👎👏🙏💪👌🤝👀🎉🎊🔥✨✅❌❤💯🚀⏰📌📎💡☕🍵🌹🐛💻📈🏖🎂"];

interface Props {
  readonly anchor: { readonly x: number; readonly y: number };
  readonly choose: (emoji: string) => void;
  readonly close: () => void;
}

export function Emojis({ anchor, choose, close }: Props) {
  return (
    <Menu label={t("emoji")} anchor={anchor} close={close}>
      <div class="board">
        {BOARD.map((emoji) => (
          <button
            key={emoji}
            type="button"
            role="menuitem"
            onClick={() => {
              close();
              choose(emoji);
            }}
          >
            {emoji}
          </button>
        ))}
      </div>
    </Menu>
  );
}
