/** Moments that people choose often, by the clock of the device. */

export type MomentWord = "in_20_minutes" | "in_an_hour" | "tonight" | "tomorrow" | "next_monday";

const MINUTE = 60_000;

/** Word and time, the next first; tonight only while it is well ahead. */
export function momentsFrom(now: number): (readonly [MomentWord, number])[] {
  const at = (days: number, hour: number): number => {
    const day = new Date(now);
    day.setDate(day.getDate() + days);
    return day.setHours(hour, 0, 0, 0);
  };
  const monday = (8 - new Date(now).getDay()) % 7 || 7;
  const found: (readonly [MomentWord, number])[] = [
    ["in_20_minutes", now + 20 * MINUTE],
    ["in_an_hour", now + 60 * MINUTE],
  ];
  if (at(0, 18) > now + 90 * MINUTE) found.push(["tonight", at(0, 18)]);
  found.push(["tomorrow", at(1, 9)]);
  if (monday > 1) found.push(["next_monday", at(monday, 9)]);
  return found;
}

/** As a field for date and time has it. */
export function localOf(at: number): string {
  const moment = new Date(at);
  return new Date(at - moment.getTimezoneOffset() * MINUTE).toISOString().slice(0, 16);
}
