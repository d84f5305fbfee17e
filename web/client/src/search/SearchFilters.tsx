/** The filters of a search as buttons. They write into the field what one could have written oneself. */

import type { Signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { titleOf } from "../app/names.ts";
import { page, row } from "../app/state.ts";
import { t } from "../words/search/index.ts";
import { withFilter, type Query } from "./query.ts";

export function SearchFilters({ text, query }: { text: Signal<string>; query: Query }) {
  const [dates, show] = useState(query.before > 0 || query.after > 0);
  const here = row.value;
  const put = (name: Parameters<typeof withFilter>[1], value: string): void => void (text.value = withFilter(text.value, name, value));
  const inHere = here ? (here.title && here.kind === "group" ? here.title : String(here.conversation)) : "";
  return (
    <div class="filters search-filters" role="group" aria-label={t("search_filters")}>
      {here && (
        <button type="button" aria-pressed={query.inside === inHere} onClick={() => put("in", query.inside === inHere ? "" : inHere)}>
          {t("filter_in", { title: titleOf(here) })}
        </button>
      )}
      <button type="button" aria-pressed={query.from === page.value.username} onClick={() => put("from", query.from === page.value.username ? "" : page.value.username)}>
        {t("filter_from_me")}
      </button>
      <button type="button" aria-pressed={query.mentions} onClick={() => put("mentions", query.mentions ? "" : "me")}>
        {t("filter_mentions_me")}
      </button>
      <button type="button" aria-pressed={query.has === "file"} onClick={() => put("has", query.has === "file" ? "" : "file")}>
        {t("filter_file")}
      </button>
      <button type="button" aria-pressed={query.has === "link"} onClick={() => put("has", query.has === "link" ? "" : "link")}>
        {t("filter_link")}
      </button>
      <button type="button" aria-expanded={dates} onClick={() => show(!dates)}>
        {t("filter_date")}
      </button>
      {dates && (
        <span class="filter-dates">
          <label>
            {t("filter_after")} <input type="date" value={dayOf(query.after)} onChange={(event) => put("after", event.currentTarget.value)} />
          </label>
          <label>
            {t("filter_before")} <input type="date" value={dayOf(query.before)} onChange={(event) => put("before", event.currentTarget.value)} />
          </label>
        </span>
      )}
    </div>
  );
}

/** As a date field has it, in local days. */
function dayOf(at: number): string {
  if (!at) return "";
  const date = new Date(at);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}
