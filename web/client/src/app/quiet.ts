/** When a person wants to be left alone, and which conversations may speak up. Pure: rows, settings and a time in. */

import type { ConversationState, MessageCreated, Person } from "@parley/sdk";
import type { QuietHours, Settings } from "./settings.ts";

/** Quieted for good or for a while: a dot instead of a number, and no notification but for a mention. */
export function isMuted(row: Pick<ConversationState, "notify" | "silent_until">, now: number): boolean {
  return row.notify === "none" || row.silent_until > now;
}

/** What a row adds to the number on the window: everything unread, of a muted one only its mentions. */
export function weightOf(row: ConversationState, now: number): number {
  return isMuted(row, now) ? row.unread_mentions : row.unread;
}

/** Whether `now` is in the quiet hours. They may go over midnight; such a night belongs to the day it began on. */
export function inQuietHours(hours: QuietHours | null, now: number): boolean {
  if (!hours || hours.from === hours.to || hours.days.length === 0) return false;
  const { day, minute } = placeOf(now, hours.timezone);
  const [from, to] = [minutesOf(hours.from), minutesOf(hours.to)];
  if (from < to) return hours.days.includes(day) && minute >= from && minute < to;
  return (hours.days.includes(day) && minute >= from) || (hours.days.includes(day > 1 ? day - 1 : 7) && minute < to);
}

function minutesOf(clock: string): number {
  const [hours = "0", minutes = "0"] = clock.split(":");
  return Number(hours) * 60 + Number(minutes);
}

function placeOf(now: number, timezone: string): { readonly day: number; readonly minute: number } {
  try {
    if (timezone) {
      const parts = new Intl.DateTimeFormat("en-GB", { timeZone: timezone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
      const found = Object.fromEntries(parts.formatToParts(now).map(({ type, value }) => [type, value]));
      const day = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].indexOf(found.weekday ?? "") + 1;
      return { day, minute: Number(found.hour) * 60 + Number(found.minute) };
    }
  } catch {
    // A zone that this browser does not know: the clock of this computer.
  }
  const here = new Date(now);
  return { day: here.getDay() || 7, minute: here.getHours() * 60 + here.getMinutes() };
}

/** Whether `message` is worth a notification to `self`. */
export function speaksUp(
  message: MessageCreated,
  row: ConversationState,
  self: Pick<Person, "id" | "quiet_until">,
  settings: Pick<Settings, "notifications" | "quiet_hours">,
  now: number,
): boolean {
  if (message.sender === self.id || message.kind === "system" || message.recalled_at > 0) return false;
  if (row.read_number >= message.number) return false;
  // Urgent is urgent: that is what it is for, and the server limits who may send it.
  if (message.urgent) return true;
  if (self.quiet_until > now || inQuietHours(settings.quiet_hours, now)) return false;
  const mention = message.mentions_all || message.mentions.includes(self.id);
  if (row.silent_until > now) return false;
  if (row.notify === "none") return false;
  const level = row.notify === "mentions" ? "mentions" : settings.notifications.level;
  if (level === "none") return false;
  return level === "all" || mention || row.kind === "direct";
}
