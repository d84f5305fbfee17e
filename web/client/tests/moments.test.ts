import { describe, expect, it } from "vitest";
import { localOf, momentsFrom } from "../src/sheets/moments.ts";

const at = (day: number, hour: number, minute = 0): number => new Date(2026, 10, day, hour, minute).getTime(); // the 22nd was a Sunday

describe("moments", () => {
  it("are ahead, in order, and by the clock of the device", () => {
    for (const now of [at(22, 10), at(23, 17), at(24, 23, 59), at(29, 0)]) {
      const found = momentsFrom(now).map(([, moment]) => moment);
      expect(found.every((moment) => moment > now)).toBe(true);
      expect([...found].sort((one, two) => one - two)).toEqual(found);
    }
  });
  it("name what the words say", () => {
    expect(Object.fromEntries(momentsFrom(at(24, 10)))).toMatchObject({ tonight: at(24, 18), tomorrow: at(25, 9), next_monday: at(30, 9) });
    expect(Object.fromEntries(momentsFrom(at(23, 10)))).toMatchObject({ next_monday: at(30, 9) });
    expect(momentsFrom(at(22, 17)).map(([word]) => word)).toEqual(["in_20_minutes", "in_an_hour", "tomorrow"]);
    expect(localOf(at(22, 9, 5))).toBe("2026-11-22T09:05");
  });
});
