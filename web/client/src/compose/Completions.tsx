/** The list that opens above the field while one chooses. */

import { Avatar } from "../parts/Avatar.tsx";
import { t } from "../words/index.ts";
import type { Completing } from "./complete.ts";

export function Completions({ of: { options, active, choose } }: { of: Completing }) {
  if (options.value.length === 0) return null;
  return (
    <ul class="completions" id="completions" role="listbox" aria-label={t("suggestions")}>
      {options.value.map((option, at) => (
        <li
          key={option.key}
          id={`completion-${at}`}
          role="option"
          aria-selected={at === active.value}
          onPointerMove={() => (active.value = at)}
          onPointerDown={(event) => {
            event.preventDefault();
            choose(option);
          }}
        >
          {option.user ? <Avatar id={option.user} name={option.title} size={26} /> : <span class="completion-picture" aria-hidden="true">{option.picture}</span>}
          <span class="title">{option.title}</span>
          <span class="hint">{option.hint}</span>
        </li>
      ))}
    </ul>
  );
}
