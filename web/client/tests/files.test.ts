import { expect, test } from "vitest";
import { endingOf, familyOf, lookOf } from "../src/kinds/files.ts";
import { decoded } from "../src/sheets/FileView.tsx";

test.each([
  ["plan.docx", "DOCX", "words", null],
  ["notes.TXT", "TXT", "words", "text"],
  ["main.py", "PY", "", "text"],
  ["demo.mp4", "MP4", "film", "film"],
  ["call.m4a", "M4A", "sound", "sound"],
  ["report.pdf", "PDF", "pdf", null],
  ["Makefile", "", "", null],
  ["a.numbers", "", "", null],
])("%s is %s, %s, shown as %s", (name, ending, family, look) => expect([endingOf(name), familyOf(name), lookOf(name)]).toEqual([ending, family, look]));

test("text is UTF-8 or what Chinese Windows writes; a character cut in two is left out", () => {
  const whole = new TextEncoder().encode("好吃");
  expect([decoded(whole), decoded(whole.subarray(0, 5)), decoded(new Uint8Array([0xba, 0xc3]))]).toEqual(["好吃", "好", "好"]);
});
