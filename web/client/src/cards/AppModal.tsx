/** A dialog of an app: blocks to read, fields to fill in, sent together. The app may refuse fields or show what comes next. */

import { useState } from "preact/hooks";
import { openModal, pressKey, type Opened } from "../app/modals.ts";
import { toast } from "../app/layers.ts";
import { ask } from "../door/ask.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { t } from "../words/cards/index.ts";
import { why } from "../words/index.ts";
import { Block } from "./Card.tsx";
import { Field } from "./Controls.tsx";
import type { Acting } from "./acting.ts";
import { partsOfModal, type CardBlock, type Control } from "./schema.ts";

interface Answer {
  readonly state: "done" | "errors" | "next";
  readonly errors?: Readonly<Record<string, string>>;
  readonly modal?: Opened;
  readonly message?: string;
}

const isField = (part: CardBlock | Control): part is Control => "placeholder" in part;

export function AppModal({ modal, body, close }: { modal: number; body: Readonly<Record<string, unknown>>; close: () => void }) {
  const { title, submit, close: closing, parts } = partsOfModal(body);
  const fields = parts.filter(isField);
  const [values, fill] = useState<Readonly<Record<string, unknown>>>({});
  const [errors, refuse] = useState<Readonly<Record<string, string>>>({});
  const [busy, work] = useState(false);
  const leave = (): void => {
    void ask(`modals/${modal}`, { method: "DELETE" }).catch(() => undefined); // it may have ended meanwhile
    close();
  };
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    work(true);
    refuse({});
    try {
      const given = Object.fromEntries(fields.map(({ action, value }) => [action, values[action] ?? value]));
      const answer = await ask<Answer>(`modals/${modal}/submission`, { method: "POST", body: { values: given, client_key: pressKey() } });
      if (answer.state === "errors") return refuse(answer.errors ?? {});
      if (answer.message) toast.value = { text: answer.message };
      if (answer.modal) openModal(answer.modal);
      else close();
    } catch (cause) {
      const { code = "internal", message = "" } = cause as { code?: string; message?: string };
      refuse({ "": t("action_failed", { why: ["invalid", "conflict"].includes(code) && message ? message : why(code) }) });
    } finally {
      work(false);
    }
  };
  return (
    <Dialog title={title || t("card")} close={leave}>
      <form class="card-form app-modal" onSubmit={(event) => void send(event)}>
        {parts.map((part, at) =>
          isField(part) ? (
            <div key={part.action}>
              <Field control={part} busy={busy} value={values[part.action] ?? part.value} change={(value) => fill({ ...values, [part.action]: value })} />
              {errors[part.action] && <p role="alert">{errors[part.action]}</p>}
            </div>
          ) : (
            <Block key={at} block={part} acting={IDLE} />
          ),
        )}
        {errors[""] && <p role="alert">{errors[""]}</p>}
        <p class="dialog-buttons">
          <button type="button" class="plain" onClick={leave}>
            {closing || t("close")}
          </button>
          {submit && (
            <button type="submit" class="button" aria-busy={busy} disabled={busy}>
              {submit}
            </button>
          )}
        </p>
      </form>
    </Dialog>
  );
}

/** Blocks of a dialog ask nothing. */
const IDLE = { busy: { value: "" }, said: { value: "" }, act: () => Promise.resolve(false) } as unknown as Acting;
