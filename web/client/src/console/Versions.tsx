/** What an app said of itself before, and what differs from version to version. */

import { apps, type Change } from "../door/apps.ts";
import { t, type ConsoleWord } from "../words/console/index.ts";
import { full } from "../words/time.ts";
import { Waits, useLoaded } from "./loaded.tsx";

const WORDS: Readonly<Record<string, ConsoleWord>> = { applied: "v_applied", proposed: "v_proposed", refused: "v_refused", replaced: "v_replaced" };

export function Versions({ app }: { app: number }) {
  const versions = useLoaded(() => apps.versions(app));
  return (
    <Waits of={versions}>
      {(found) => (
        <ol class="console-list versions" reversed>
          {found.map(({ number, state, at, changes = [], reason }) => (
            <li key={number}>
              <h2>
                {t("v_number", { n: number })} <span class={`console-state ${state}`}>{t(WORDS[state] ?? "v_applied")}</span>
              </h2>
              <p class="hint">{full(at)}</p>
              {reason && <p>{t("reviewer_said", { reason })}</p>}
              {changes.length === 0 ? <p>{t("v_first")}</p> : <Changes changes={changes} />}
            </li>
          ))}
        </ol>
      )}
    </Waits>
  );
}

export function Changes({ changes }: { changes: readonly Change[] }) {
  return (
    <ul class="console-changes">
      {changes.map(({ path, before, after }, at) => (
        <li key={at}>
          <code>{path}</code>
          {before !== undefined && before !== null && <del>{told(before)}</del>}
          {after !== undefined && after !== null && <ins>{told(after)}</ins>}
        </li>
      ))}
    </ul>
  );
}

const told = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
