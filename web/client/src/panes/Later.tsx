/** What is for later: reminders, those whose time has come first, and messages that wait to be sent. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { complain } from "../app/actions.ts";
import { titleOf } from "../app/names.ts";
import { client, inbox } from "../app/state.ts";
import { mine, type Reminder, type Scheduled } from "../door/mine.ts";
import { Icon } from "../parts/Icon.tsx";
import { t } from "../words/dialogs/index.ts";
import { why } from "../words/index.ts";
import { full } from "../words/time.ts";
import { MessageCard } from "./MessageCard.tsx";

export function Later() {
  const reminders = useSignal<readonly Reminder[]>([]);
  const scheduled = useSignal<readonly Scheduled[]>([]);
  const load = (): void => {
    Promise.all([mine.reminders(), mine.scheduled()]).then(([first, second]) => {
      client().people.want(first.map(({ message }) => message.sender));
      reminders.value = first;
      scheduled.value = second;
    }, complain);
  };
  useEffect(() => {
    load();
    return client().events.on((event) => (event.type === "reminder.changed" || event.type === "scheduled.changed") && load());
  }, []);
  if (reminders.value.length + scheduled.value.length === 0) return null;
  const drop = (doing: Promise<unknown>): void => void doing.then(load, complain);
  const where = (conversation: number): string => {
    const row = inbox.value.rows.find((each) => each.conversation === conversation);
    return row ? titleOf(row) : "";
  };
  return (
    <section class="later" aria-label={t("later")}>
      {reminders.value.length > 0 && <h3>{t("reminders")}</h3>}
      <ul class="cards">
        {reminders.value.map(({ message, at, due, note }) => (
          <MessageCard key={`${message.conversation}-${message.seq}`} message={message} where>
            <span class={due ? "later-at due" : "later-at hint"}>
              {due ? t("reminder_now") : full(at)}
              {note && ` · ${note}`}
            </span>
            <Drop label={t("reminder_done")} icon="check" press={() => drop(mine.dismiss(message.conversation, message.seq))} />
          </MessageCard>
        ))}
      </ul>
      {scheduled.value.length > 0 && <h3>{t("scheduled")}</h3>}
      <ul class="cards">
        {scheduled.value.map((each) => (
          <li key={each.scheduled} class="message-card scheduled">
            <span class="message-card-text">
              <span class="title">{where(each.conversation)}</span>
              <span class="preview three">{each.text}</span>
              <span class="later-at hint">{each.state === "failed" ? t("scheduled_failed", { why: why(each.problem) }) : full(each.at)}</span>
            </span>
            <Drop label={t("scheduled_cancel")} icon="close" press={() => drop(mine.cancel(each.scheduled))} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Drop({ label, icon, press }: { label: string; icon: "check" | "close"; press: () => void }) {
  return (
    <button type="button" class="quiet round small" aria-label={label} title={label} onClick={press}>
      <Icon name={icon} size={16} />
    </button>
  );
}
