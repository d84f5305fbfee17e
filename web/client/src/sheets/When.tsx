/** Choosing a moment: when a message is to be sent, or shown again. */

import { useSignal } from "@preact/signals";
import { Dialog } from "../parts/Dialog.tsx";
import { t } from "../words/sheets/index.ts";
import { full } from "../words/time.ts";
import { localOf, momentsFrom } from "./moments.ts";

interface Props {
  readonly what: "send" | "remind";
  readonly choose: (at: number) => void;
  readonly close: () => void;
}

export function When({ what, choose, close }: Props) {
  const now = Date.now();
  const own = useSignal(localOf(now + 3_600_000));
  const pick = (at: number): void => {
    close();
    choose(at);
  };
  return (
    <Dialog title={t(what === "send" ? "when_send" : "when_remind")} close={close}>
      <div class="moments">
        {momentsFrom(now).map(([word, at]) => (
          <button key={word} type="button" class="plain moment" onClick={() => pick(at)}>
            {t(word)} <time class="hint">{full(at)}</time>
          </button>
        ))}
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const at = new Date(own.value).getTime();
            if (at > Date.now()) pick(at);
          }}
        >
          <label>
            {t("another_time")}{" "}
            <input type="datetime-local" class="field" required min={localOf(now)} value={own.value} onInput={(event) => (own.value = event.currentTarget.value)} />
          </label>{" "}
          <button type="submit" class="button">
            {t("choose_time")}
          </button>
        </form>
      </div>
    </Dialog>
  );
}
