/** What one wants to be told of, how, and when not. */

import { useState } from "preact/hooks";
import { complain } from "../../app/actions.ts";
import { pushState, startPush, stopPush } from "../../app/push.ts";
import { settings, type QuietHours } from "../../app/settings.ts";
import { t } from "../../words/dialogs/index.ts";
import { tagOf } from "../../words/index.ts";
import { Choice, Part, Switch, keep } from "./fields.tsx";

const WEEK = [1, 2, 3, 4, 5, 6, 7] as const;

export function Notifications() {
  const { notifications: now } = settings.value;
  return (
    <>
      <Permission />
      <Part title={t("set_notifications")}>
        <Choice
          label={t("set_level")}
          hint={t("set_level_hint")}
          value={now.level}
          choices={[["all", t("notify_all")], ["mentions", t("notify_mentions")], ["none", t("notify_none")]]}
          put={(level) => keep("notifications", { ...now, level })}
        />
        <Switch label={t("set_preview")} hint={t("set_preview_hint")} on={now.preview} put={(preview) => keep("notifications", { ...now, preview })} />
        <Switch label={t("set_sound")} on={now.sound} put={(sound) => keep("notifications", { ...now, sound })} />
        <Push />
      </Part>
      <Quiet />
    </>
  );
}

/** The browser asks only after a click, so a button has to be there. */
function Permission() {
  const [state, set] = useState(typeof Notification === "undefined" ? "unsupported" : Notification.permission);
  if (state === "granted") return null;
  return (
    <div class="notice-box" role="note">
      <p>{t(state === "denied" ? "permission_denied" : state === "unsupported" ? "permission_unsupported" : "permission_ask")}</p>
      {state === "default" && (
        <button type="button" class="button" onClick={() => void Notification.requestPermission().then(set)}>
          {t("permission_allow")}
        </button>
      )}
    </div>
  );
}

function Push() {
  const state = pushState.value;
  if (state === "unsupported") return null;
  const put = (on: boolean): void => {
    (on ? startPush() : stopPush()).catch(complain);
  };
  return <Switch label={t("set_push")} hint={t("set_push_hint")} on={state === "on"} put={put} />;
}

function Quiet() {
  const hours = settings.value.quiet_hours;
  const usual: QuietHours = { days: WEEK, from: "22:00", to: "07:00", timezone: Intl.DateTimeFormat().resolvedOptions().timeZone };
  const put = (changes: Partial<QuietHours>): void => keep("quiet_hours", { ...(hours ?? usual), ...changes });
  // 2026-11-22 was a Sunday.
  const dayName = (day: number): string => new Intl.DateTimeFormat(tagOf(), { weekday: "short" }).format(new Date(2026, 10, 22 + day));
  const without = (days: readonly number[], day: number): readonly number[] => {
    const next = days.includes(day) ? days.filter((each) => each !== day) : [...days, day].sort();
    return next.length > 0 ? next : days; // no day at all is switching it off, and there is a switch for that
  };
  return (
    <Part title={t("set_quiet")}>
      <Switch label={t("set_quiet_on")} hint={t("set_quiet_hint")} on={hours !== null} put={(on) => keep("quiet_hours", on ? usual : null)} />
      {hours && (
        <>
          <div class="setting">
            <span>{t("set_quiet_times")}</span>
            <span class="times">
              <input type="time" aria-label={t("quiet_from")} value={hours.from} onChange={(event) => event.currentTarget.value && put({ from: event.currentTarget.value })} />
              –
              <input type="time" aria-label={t("quiet_to")} value={hours.to} onChange={(event) => event.currentTarget.value && put({ to: event.currentTarget.value })} />
            </span>
          </div>
          <fieldset class="setting tall">
            <legend>{t("set_quiet_days")}</legend>
            <span class="day-row">
              {WEEK.map((day) => {
                const on = hours.days.includes(day);
                return (
                  <button key={day} type="button" aria-pressed={on} onClick={() => put({ days: without(hours.days, day) })}>
                    {dayName(day)}
                  </button>
                );
              })}
            </span>
          </fieldset>
        </>
      )}
    </Part>
  );
}
