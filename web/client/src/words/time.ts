/** Moments and sizes as people read them. Formatters are kept: making one costs more than using it a thousand times. */

import { language, t, tagOf } from "./index.ts";

const kept = new Map<string, Intl.DateTimeFormat>();

function format(options: Intl.DateTimeFormatOptions, at: number): string {
  const key = language.value + JSON.stringify(options);
  let formatter = kept.get(key);
  if (!formatter) kept.set(key, (formatter = new Intl.DateTimeFormat(tagOf(), options)));
  return formatter.format(at);
}

const DAY = 86_400_000;

/** Local midnight before `at`. */
export function dayOf(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

export function clock(at: number): string {
  return format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, at);
}

/** For a row of the list: the time today, otherwise the day. */
export function brief(at: number, now: number): string {
  if (!at) return "";
  const days = Math.round((dayOf(now) - dayOf(at)) / DAY);
  if (days <= 0) return clock(at);
  if (days === 1) return t("yesterday");
  if (days < 7) return format({ weekday: "short" }, at);
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return format(sameYear ? { month: "numeric", day: "numeric" } : { year: "numeric", month: "numeric", day: "numeric" }, at);
}

/** For a divider between days. */
export function day(at: number, now: number): string {
  const days = Math.round((dayOf(now) - dayOf(at)) / DAY);
  if (days === 0) return t("today");
  if (days === 1) return t("yesterday");
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return format({ weekday: "long", month: "long", day: "numeric", ...(sameYear ? {} : { year: "numeric" }) }, at);
}

export function full(at: number): string {
  return format({ dateStyle: "medium", timeStyle: "short", hourCycle: "h23" }, at);
}

export function size(bytes: number): string {
  const units = ["B", "KB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value >= 10 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ""}`;
}
