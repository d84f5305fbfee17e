import { afterEach, expect, test } from "vitest";
import { language, t } from "../src/words/index.ts";
import type { Phrase, Sentences } from "../src/words/phrase.ts";
import { brief, clock, day, size } from "../src/words/time.ts";

afterEach(() => void (language.value = "en"));

/** Every catalog there is, found on the disk: an area that somebody adds is tested without a word here. */
const english = import.meta.glob<{ en: Sentences }>("../src/words/*/en.ts", { eager: true });
const chinese = import.meta.glob<{ zh: Sentences }>("../src/words/*/zh.ts", { eager: true });
const areas = Object.keys(english).map((path) => path.split("/").at(-2) ?? "");

const catalogs = (area: string): [Sentences, Sentences] => [
  english[`../src/words/${area}/en.ts`]?.en ?? {},
  chinese[`../src/words/${area}/zh.ts`]?.zh ?? {},
];
const placeholders = (phrase: Phrase): string[][] =>
  (typeof phrase === "string" ? [phrase] : Object.values(phrase)).map((form: string) => [...form.matchAll(/\{(\w+)\}/g)].map(([name]) => name).sort());

test.each(areas)("both languages say the same sentences with the same placeholders: %s", (area) => {
  const [en, zh] = catalogs(area);
  expect(Object.keys(en).length).toBeGreaterThan(0);
  expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
  for (const [word, phrase] of Object.entries(en)) {
    const [first] = placeholders(phrase);
    for (const form of [...placeholders(phrase), ...placeholders(zh[word] ?? "")]) expect([word, form]).toEqual([word, first]);
  }
});

test("no word is in two areas that are loaded together", () => {
  const words = ["app", "sidebar", "talk"].flatMap((area) => Object.keys(catalogs(area)[0]));
  expect(words.filter((word, at) => words.indexOf(word) !== at)).toEqual([]);
});

test("nothing is left untranslated by accident", () => {
  const same = areas.flatMap((area) => {
    const [en, zh] = catalogs(area);
    return Object.keys(en).filter((word) => JSON.stringify(en[word]) === JSON.stringify(zh[word]));
  });
  expect(same).toEqual(["system"]);
});
test("plurals follow the language", () => {
  expect([t("members", { n: 1 }), t("members", { n: 2 })]).toEqual(["1 member", "2 members"]);
  language.value = "zh";
  expect([t("members", { n: 1 }), t("members", { n: 2 })]).toEqual(["1 位成员", "2 位成员"]);
});

test("times are short in the list and whole at a divider", () => {
  const now = new Date(2026, 10, 23, 15, 30).getTime();
  const at = (...parts: [number, number, number, number, number]): number => new Date(...parts).getTime();
  expect(brief(at(2026, 10, 23, 9, 5), now)).toBe("09:05");
  expect(brief(at(2026, 10, 22, 23, 59), now)).toBe("Yesterday");
  expect(brief(at(2026, 10, 19, 9, 5), now)).toBe("Thu");
  expect(brief(at(2025, 1, 3, 9, 5), now)).toBe("2/3/2025");
  expect(brief(0, now)).toBe("");
  expect(day(at(2026, 10, 23, 0, 1), now)).toBe("Today");
  expect(day(at(2026, 10, 1, 0, 1), now)).toBe("Sunday, November 1");
  expect(clock(at(2026, 10, 23, 0, 1))).toBe("00:01");
  language.value = "zh";
  expect(brief(at(2026, 10, 22, 9, 5), now)).toBe("昨天");
  expect(day(at(2026, 10, 1, 0, 1), now)).toBe("11月1日星期日");
});

test("sizes have two figures", () => {
  expect([size(0), size(999), size(1000), size(1_540_000), size(12_000_000)]).toEqual(["0 B", "999 B", "1.0 KB", "1.5 MB", "12 MB"]);
});
