import { expect, test } from "vitest";
import { runsOf } from "../src/kinds/highlight.ts";
import { blocksOf, plainOf, spansOf, type Span } from "../src/kinds/markdown.ts";

const flat = (spans: readonly Span[]): string =>
  spans.map((span) => (span.is === "text" ? span.text : span.is === "code" ? `<c ${span.text}>` : `<${span.is} ${flat(span.spans)}>`)).join("");

test.each([
  ["a **bold** and *soft* and ~~gone~~ `x*y*`", "a <strong bold> and <em soft> and <del gone> <c x*y*>"],
  ["**中文加粗**和*斜体*", "<strong 中文加粗>和<em 斜体>"],
  ["snake_case_name and 2*3*4", "snake_case_name and 2*3*4"],
  ["_yes_ (_also_)", "<em yes> (<em also>)"],
  ["**open and `closed`", "**open and <c closed>"],
  ["\\*not\\* \\_this\\_", "*not* _this_"],
  ["https://a.example/some_long_name_here_ok", "https://a.example/some_long_name_here_ok"],
  ["**see https://a.example/x**", "<strong see https://a.example/x>"],
  ["[docs](https://a.example/(x)) [bad](javascript:alert(1)) [data](data:text/html,x)", "<link docs> [bad](javascript:alert(1)) [data](data:text/html,x)"],
  ["<b>not markup</b>", "<b>not markup</b>"],
])("marks of a line: %s", (text, wanted) => expect(flat(spansOf(text))).toBe(wanted));

test("blocks: code, list, quote, table, heading, paragraphs with their breaks", () => {
  const text = "# Plan\nfirst\nline\n\nsecond\n```ts\nconst a = 1;\n\n# not a title\n```\n- one\n  more\n  - two\n3. three\n> quoted\n> > deeper\n\n| a | b |\n|---|:-:|\n| 1 | x\\|y |\n---";
  const blocks = blocksOf(text);
  expect(blocks.map(({ is }) => is)).toEqual(["heading", "paragraph", "paragraph", "code", "list", "list", "quote", "table", "rule"]);
  expect(blocks[1]).toEqual({ is: "paragraph", spans: [{ is: "text", text: "first\nline" }] });
  expect(blocks[3]).toEqual({ is: "code", language: "ts", text: "const a = 1;\n\n# not a title" });
  expect(blocks[4]).toMatchObject({ ordered: false, items: [{ depth: 0, spans: [{ text: "one" }] }, { depth: 1 }].map((each) => expect.objectContaining({ depth: each.depth })) });
  expect(blocks[7]).toMatchObject({ align: ["", "center"], rows: [[[{ text: "a" }], [{ text: "b" }]], [[{ text: "1" }], [{ text: "x|y" }]]] });
});

test("a fence that never closes holds the rest; a hash or dash without space is text", () => {
  expect(blocksOf("```\nx")).toEqual([{ is: "code", language: "", text: "x" }]);
  expect(blocksOf("#topic\n-5 degrees").map(({ is }) => is)).toEqual(["paragraph"]);
});

test("in one line nothing of the marks is left", () => {
  expect(plainOf("# Hi **you**\n\n- a\n- `b`\n\n```\ncode\n```")).toBe("Hi you a b code");
});

test("no text takes long: marks that never close, deep quotes", () => {
  const started = performance.now();
  for (const text of ["*a ".repeat(3000), "[".repeat(9000), "> ".repeat(4000), "`".repeat(9999), "**".repeat(4999), "|".repeat(3000) + "\n" + "-|".repeat(3000), "_a".repeat(4500)]) blocksOf(text);
  expect(performance.now() - started).toBeLessThan(1500);
});

test("code has its words, texts, remarks and numbers in colour and loses nothing", () => {
  const code = "const a = 'x'; // why\nreturn 42";
  const runs = runsOf(code, "ts");
  expect(runs.map(({ text }) => text).join("")).toBe(code);
  expect(runs.filter(({ tint }) => tint).map(({ tint, text }) => [tint, text])).toEqual([["keyword", "const"], ["string", "'x'"], ["comment", "// why"], ["keyword", "return"], ["number", "42"]]);
  expect(runsOf("x", "brainfuck")).toEqual([{ tint: "", text: "x" }]);
});
