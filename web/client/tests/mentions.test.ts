import { expect, test } from "vitest";
import { says } from "../src/compose/people.ts";

test.each([
  ["@bob", "bob", true],
  ["see @bob.", "bob", true],
  ["(@bob)", "bob", true],
  ["@bobby", "bob", false],
  ["@bobby and @bob", "bob", true],
  ["me@bob", "bob", false],
  ["请@bob看一下", "bob", true],
  ["请@王伟 看一下", "王伟", true],
  ["请@王伟明看一下", "王伟", false],
  ["@all", "all", true],
  ["@allen", "all", false],
])("%s names %s: %s", (words, name, yes) => expect(says(words, name)).toBe(yes));
