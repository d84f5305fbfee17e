/** How an app fares by the hour: how much was posted to it and asked of it, what of that failed, how fast it answered. */

import { useState } from "preact/hooks";
import { apps, type Hour } from "../door/apps.ts";
import { t } from "../words/console/index.ts";
import { full } from "../words/time.ts";
import { Waits, useLoaded } from "./loaded.tsx";

const HOUR_MS = 3_600_000;
const WIDTH = 720;
const HEIGHT = 120;

export function Plots({ app }: { app: number }) {
  const [span, set] = useState(24);
  const usage = useLoaded(() => apps.usage(app, span), [span]);
  return (
    <div class="console-panel">
      <span class="choices console-span" role="group" aria-label={t("usage_span")}>
        {([[24, "usage_day"], [168, "usage_week"]] as const).map(([hours, word]) => (
          <button key={hours} type="button" aria-pressed={span === hours} onClick={() => set(hours)}>
            {t(word)}
          </button>
        ))}
      </span>
      <Waits of={usage}>
        {({ hours = [], waiting = 0, dead = 0 }) => {
          const all = filled(hours, span);
          const n = all.reduce((sum, each) => sum + count(each), 0);
          const bad = all.reduce((sum, each) => sum + failed(each), 0);
          return (
            <>
              <p class="console-numbers">
                <span>{t("usage_total", { n, bad })}</span>
                <span>{t("usage_waiting", { n: waiting })}</span>
                <span>{t("usage_dead", { n: dead })}</span>
              </p>
              {n === 0 ? (
                <p class="console-none">{t("usage_none")}</p>
              ) : (
                <>
                  <figure>
                    <figcaption>{t("usage_calls", { most: mostOf(all.map(count)) })}</figcaption>
                    <Bars hours={all} />
                    <p class="console-key">
                      <span class="good">{t("u_good")}</span> <span class="bad">{t("u_bad")}</span>
                    </p>
                  </figure>
                  <figure>
                    <figcaption>{t("usage_speed", { most: mostOf(all.map(({ ms = 0 }) => ms)) })}</figcaption>
                    <Speed hours={all} />
                  </figure>
                </>
              )}
            </>
          );
        }}
      </Waits>
    </div>
  );
}

const mostOf = (numbers: readonly number[]): number => Math.max(1, ...numbers);
const count = ({ posted = 0, asked = 0 }: Hour): number => posted + asked;
const failed = ({ posted_failed = 0, asked_failed = 0 }: Hour): number => posted_failed + asked_failed;

/** Every hour of the span, those in which nothing was too. */
function filled(hours: readonly Hour[], span: number): readonly Hour[] {
  const known = new Map(hours.map((each) => [each.at, each]));
  const last = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  return Array.from({ length: span }, (_, back) => last - (span - 1 - back) * HOUR_MS).map((at) => known.get(at) ?? { at });
}

function words(each: Hour): string {
  return t("u_hour", { time: full(each.at), n: count(each), bad: failed(each), ms: each.ms ?? 0 });
}

function Bars({ hours }: { hours: readonly Hour[] }) {
  const most = mostOf(hours.map(count));
  const wide = WIDTH / hours.length;
  return (
    <svg class="console-plot" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={summary(hours)}>
      {hours.map((each, place) => {
        const high = (HEIGHT * count(each)) / most;
        const bad = (HEIGHT * failed(each)) / most;
        const x = place * wide;
        return (
          <g key={each.at}>
            <title>{words(each)}</title>
            <rect class="good" x={x + 0.5} y={HEIGHT - high} width={wide - 1} height={high - bad} />
            <rect class="bad" x={x + 0.5} y={HEIGHT - bad} width={wide - 1} height={bad} />
          </g>
        );
      })}
    </svg>
  );
}

function Speed({ hours }: { hours: readonly Hour[] }) {
  const there = hours.map((each, place) => [place, each] as const).filter(([, each]) => count(each) > 0);
  const most = mostOf(there.map(([, { ms = 0 }]) => ms));
  const wide = WIDTH / hours.length;
  const points = there.map(([place, { ms = 0 }]) => [place * wide + wide / 2, 4 + HEIGHT - (HEIGHT * ms) / most] as const);
  return (
    <svg class="console-plot" viewBox={`0 0 ${WIDTH} ${HEIGHT + 8}`} role="img" aria-label={summary(hours)}>
      <polyline points={points.map((each) => each.join(",")).join(" ")} />
      {points.map(([x, y]) => (
        <circle key={x} cx={x} cy={y} r="3" />
      ))}
    </svg>
  );
}

/** The plot in words, for who does not see it: the hours in which something was. */
function summary(hours: readonly Hour[]): string {
  return hours.filter((each) => count(each) > 0).slice(-6).map(words).join("; ");
}
