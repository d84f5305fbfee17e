/** Doing something with a card: one thing at a time, busy until the server answered, and saying what it said. */

import type { MessageCreated } from "@parley/sdk";
import { useSignal, type Signal } from "@preact/signals";
import { openModal, pressKey, type Opened } from "../app/modals.ts";
import { client } from "../app/state.ts";
import { actOn, whisperOf } from "../whispers/heard.ts";
import { why } from "../words/index.ts";
import { t } from "../words/cards/index.ts";

export interface Acting {
  /** The action that is on its way, "" for none. */
  readonly busy: Signal<string>;
  readonly said: Signal<string>;
  readonly act: (action: string, body: { readonly value?: unknown; readonly values?: Readonly<Record<string, unknown>> }) => Promise<boolean>;
}

export function useActing(message: MessageCreated): Acting {
  const { conversation, seq } = message;
  const whisper = whisperOf(message);
  const busy = useSignal("");
  const said = useSignal("");
  const act: Acting["act"] = async (action, body) => {
    if (busy.value || !action || !(seq || whisper)) return false;
    busy.value = action;
    said.value = "";
    try {
      const key = pressKey();
      const asked = whisper ? actOn(conversation, whisper, { action, ...body }, key) : client().api.act(conversation, seq, { action, ...body }, key);
      const answer = (await asked) as { state?: string; message?: string; modal?: Opened };
      if (answer.modal) openModal(answer.modal);
      said.value = answer.message || (answer.state === "sent" ? t("action_sent") : "");
      return true;
    } catch (cause) {
      const { code = "internal", message = "" } = cause as { code?: string; message?: string };
      said.value = t("action_failed", { why: code === "invalid" && message ? message : why(code) });
      return false;
    } finally {
      busy.value = "";
    }
  };
  return { busy, said, act };
}
