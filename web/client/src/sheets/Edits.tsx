/** How a message was before it was edited, the newest first. */

import type { MessageCreated } from "@parley/sdk";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Body } from "../kinds/Body.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { client, type Client } from "../app/state.ts";
import { why } from "../words/index.ts";
import { t } from "../words/sheets/index.ts";
import { full } from "../words/time.ts";

export function Edits({ message, close }: { message: MessageCreated; close: () => void }) {
  const edits = useSignal<Awaited<ReturnType<Client["api"]["edits"]>>["edits"] | null>(null);
  const error = useSignal("");
  useEffect(
    () =>
      void client().api.edits(message.conversation, message.seq).then(
        ({ edits: all }) => (edits.value = [...all].sort((a, b) => b.at - a.at)),
        (cause: { code?: string }) => (error.value = why(cause.code ?? "internal")),
      ),
    [],
  );
  return (
    <Dialog title={t("edit_history")} close={close}>
      <ol class="edits scroll">
        {error.value && <li role="alert" class="hint center">{error.value}</li>}
        {edits.value === null && !error.value && <li class="hint center">{t("loading")}</li>}
        {edits.value?.map(({ at, body }, index) => (
          <li key={at}>
            <p class="hint">
              {full(at)} {index === 0 && <b>{t("now")}</b>}
            </p>
            <Body message={{ ...message, body }} />
          </li>
        ))}
      </ol>
    </Dialog>
  );
}
