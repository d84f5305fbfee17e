/** The moderation queue of a group: what waits, and what can come of it. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { nameOf } from "../app/names.ts";
import { go } from "../app/route.ts";
import { client } from "../app/state.ts";
import { CATEGORIES, PAGE, reports, type Outcome, type Report } from "../door/reports.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { why } from "../words/index.ts";
import { t } from "../words/sheets/index.ts";
import { full } from "../words/time.ts";

const DAY = 24 * 3600 * 1000;
const OUTCOMES: readonly Exclude<Outcome, "taken">[] = ["dismissed", "removed", "muted", "banned"];

function called(category: string): string {
  const known = CATEGORIES.find((each) => each === category);
  return t(known ? `report_${known}` : "report_words");
}

export function Reports({ conversation, close }: { conversation: number; close: () => void }) {
  const rows = useSignal<readonly Report[] | null>(null);
  const more = useSignal(false);
  const error = useSignal("");
  const load = (after = 0): void => {
    void reports.waiting(conversation, after).then(
      (page) => {
        rows.value = after ? [...(rows.value ?? []), ...page] : page;
        more.value = page.length === PAGE;
        client().people.want(page.flatMap(({ sender, reporter = 0 }) => [sender, reporter]).filter(Boolean));
      },
      (cause: { code?: string }) => (error.value = why(cause.code ?? "internal")),
    );
  };
  useEffect(() => load(), [conversation]);
  const settle = (row: Report, outcome: Outcome): void => {
    error.value = "";
    const until = outcome === "muted" ? Date.now() + DAY : 0;
    reports.answer(conversation, row.id, outcome, until).then(
      () => load(),
      (cause: { code?: string }) => {
        error.value = why(cause.code ?? "internal");
        load();
      },
    );
  };
  return (
    <Dialog title={t("reports")} wide close={close}>
      <ul class="reports scroll" aria-label={t("reports")}>
        {error.value && <li role="alert" class="hint center">{error.value}</li>}
        {rows.value?.length === 0 && <li class="hint center">{t("reports_none")}</li>}
        {rows.value?.map((row) => (
          <li key={row.id} class="report-row">
            <p>
              <b>{called(row.category)}</b> {nameOf(row.sender)} <time class="hint">{full(row.at)}</time>
            </p>
            <button type="button" class="plain report-said" onClick={() => (close(), go(conversation, row.seq))}>
              {row.preview || t("report_recalled")}
            </button>
            <p class="hint">
              {row.reporter ? t("report_by", { name: nameOf(row.reporter) }) : t("report_by_words")} {row.text}
              {row.taken_by ? ` · ${t("report_taken_by", { name: nameOf(row.taken_by) })}` : ""}
            </p>
            <div class="report-verbs">
              {row.state === "open" && (
                <button type="button" class="plain small" onClick={() => settle(row, "taken")}>
                  {t("report_take")}
                </button>
              )}
              {OUTCOMES.map((each) => (
                <button key={each} type="button" class={`plain small${each === "dismissed" ? "" : " danger"}`} onClick={() => settle(row, each)}>
                  {t(`report_${each}`)}
                </button>
              ))}
            </div>
          </li>
        ))}
      </ul>
      {more.value && (
        <button type="button" class="quiet more" onClick={() => load(rows.value?.at(-1)?.id ?? 0)}>
          {t("more")}
        </button>
      )}
    </Dialog>
  );
}
