/** What was posted to an app and asked of it, attempt by attempt; sending again what failed. */

import { useState } from "preact/hooks";
import { apps, type Attempt, type Delivery, type Question, type Subscription } from "../door/apps.ts";
import { t, type ConsoleWord } from "../words/console/index.ts";
import { full } from "../words/time.ts";
import { Waits, said, useLoaded } from "./loaded.tsx";

const STATES: Readonly<Record<string, ConsoleWord>> = { waiting: "d_waiting", delivered: "d_delivered", dead: "d_dead", kept: "d_kept" };
const KINDS: Readonly<Record<string, ConsoleWord>> = {
  command: "k_command",
  action: "k_action",
  "modal.submitted": "k_submitted",
  "modal.closed": "k_closed",
};

export function Log({ app }: { app: number }) {
  const subscriptions = useLoaded(() => apps.subscriptions(app));
  const questions = useLoaded(() => apps.questions(app));
  return (
    <div class="console-panel">
      <section class="console-part">
        <h2>{t("log_events")}</h2>
        <Waits of={subscriptions}>
          {(found) => (found.length === 0 ? <p class="hint">{t("log_none")}</p> : found.map((each) => <Told key={each.id} of={each} />))}
        </Waits>
      </section>
      <section class="console-part">
        <h2>{t("log_questions")}</h2>
        <Waits of={questions}>{(found) => <Questions found={found} />}</Waits>
      </section>
    </div>
  );
}

function Told({ of: first }: { of: Subscription }) {
  const [row, change] = useState(first);
  const [note, say] = useState("");
  const log = useLoaded(() => apps.deliveries(row));
  const again = (from: number, to: number): void => {
    apps.redeliver(row.id, from, to).then(
      ({ count }) => {
        say(t("redelivered", { n: count }));
        log.load();
      },
      (cause) => say(said(cause)),
    );
  };
  const verify = (): void => {
    apps.verify(row.id).then(change, (cause) => say(said(cause)));
  };
  const dead = (log.value ?? []).filter(({ state }) => state === "dead").map(({ number }) => number);
  return (
    <div class="console-told">
      <p>
        {row.url ? <code>{row.url}</code> : t("log_pulls")}
      </p>
      {row.state !== "active" && (
        <p class="notice-box">
          {row.state === "pending" ? t("sub_pending") : t("sub_disabled", { reason: row.reason ?? "" })}
          <button type="button" class="button" onClick={verify}>
            {t("verify")}
          </button>
        </p>
      )}
      <p role="status">{note}</p>
      {dead.length > 0 && (
        <button type="button" class="plain small" onClick={() => again(Math.min(...dead), Math.max(...dead))}>
          {t("redeliver_all")}
        </button>
      )}
      <Waits of={log}>
        {(found) =>
          found.length === 0 ? (
            <p class="hint">{t("log_none")}</p>
          ) : (
            <ul class="console-list log">
              {[...found].reverse().map((each) => (
                <Row key={each.number} row={each} again={row.url ? () => again(each.number, each.number) : null} />
              ))}
            </ul>
          )
        }
      </Waits>
    </div>
  );
}

function Row({ row: { number, type, state, attempts = [] }, again }: { row: Delivery; again: (() => void) | null }) {
  return (
    <li>
      <span class="console-log-head">
        <b>{number}</b> <code>{type}</code> <span class={`console-state ${state}`}>{t(STATES[state] ?? "d_waiting")}</span>
        {again && (
          <button type="button" class="plain small" aria-label={`${t("redeliver")}: ${number}`} onClick={again}>
            {t("redeliver")}
          </button>
        )}
      </span>
      {attempts.map((each, at) => (
        <Tried key={at} of={each} />
      ))}
    </li>
  );
}

function Tried({ of: { at, status = 0, ms = 0, reason } }: { of: Attempt }) {
  return (
    <span class={reason ? "hint failed" : "hint"}>
      {full(at)} · {t("took", { status: status || t("no_answer"), ms })}
      {reason && ` · ${reason}`}
    </span>
  );
}

function Questions({ found }: { found: readonly Question[] }) {
  if (found.length === 0) return <p class="hint">{t("log_none")}</p>;
  return (
    <ul class="console-list log">
      {found.map((each) => (
        <li key={each.id}>
          <span class="console-log-head">
            <b>{t(KINDS[each.kind] ?? "k_action")}</b> <code>int_{each.id}</code>
          </span>
          <Tried of={each} />
        </li>
      ))}
    </ul>
  );
}
