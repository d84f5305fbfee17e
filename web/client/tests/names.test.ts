import { afterEach, expect, test } from "vitest";
import { beginning, inScript, initials } from "../src/app/names.ts";
import { language } from "../src/words/index.ts";

afterEach(() => void (language.value = "en"));

test("a name is said in the reader's script when there are two", () => {
  expect(inScript("Alice Wang", "王爱丽")).toBe("Alice Wang");
  expect(inScript("李查理", "Charlie Li")).toBe("Charlie Li");
  expect(inScript("Bob", "")).toBe("Bob");
  language.value = "zh";
  expect(inScript("Alice Wang", "王爱丽")).toBe("王爱丽");
  expect(inScript("李查理", "Charlie Li")).toBe("李查理");
});

test("initials are the end of a Chinese name and the first letters of another", () => {
  expect(["王爱丽", "Alice Wang", "bob", "Jean-Luc P", "", "👍 x"].map(initials)).toEqual(["爱丽", "AW", "B", "JP", "?", "👍X"]);
});

test("a group is known by how its name begins", () => {
  expect(["Launch 发布组", "产品组", "#general", ""].map(beginning)).toEqual(["L", "产品", "#", "#"]);
});
