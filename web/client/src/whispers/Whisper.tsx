/** A whisper as a row of the history: who said it, that nobody else reads it, and a way to be rid of it. */

import { useSignal } from "@preact/signals";
import { nameOf } from "../app/names.ts";
import { people } from "../app/state.ts";
import { Body } from "../kinds/Body.tsx";
import { summaryOf } from "../kinds/summary.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Icon } from "../parts/Icon.tsx";
import { t } from "../words/index.ts";
import { clock, full } from "../words/time.ts";
import { dismiss, type Whispered } from "./heard.ts";

export function Whisper({ message }: { message: Whispered }) {
  const { sender, kind, at } = message;
  const trouble = useSignal(false);
  const name = nameOf(sender);
  return (
    <div class="said">
      <span class="face" aria-hidden="true">
        <Avatar id={sender} name={name} size={34} file={people.value.get(sender)?.avatar ?? ""} />
      </span>
      <div class="saying">
        <p class="who">{name}</p>
        <div class={`bubble of-${kind}`}>
          <OnlyYou />
          <Body message={message} />
          <span class="meta">
            <time title={full(at)}>{clock(at)}</time>
          </span>
        </div>
        <p class="whisper-foot">
          <button type="button" class="link" tabIndex={-1} onClick={() => void dismiss(message).catch(() => (trouble.value = true))}>
            {t("whisper_dismiss")}
          </button>
          {trouble.value && <span role="alert">{t("whisper_kept")}</span>}
        </p>
      </div>
    </div>
  );
}

export function OnlyYou() {
  return (
    <p class="flag whisper-flag">
      <Icon name="eye" size={14} /> {t("whisper_only_you")}
    </p>
  );
}

export function whisperedText({ sender, kind, body, at }: Whispered): string {
  return `${t("whisper_said", { name: nameOf(sender), text: summaryOf(kind, body) })}, ${clock(at)}`;
}
