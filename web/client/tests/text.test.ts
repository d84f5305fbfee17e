import { describe, expect, test } from "vitest";
import { piecesOf, safe } from "../src/app/text.ts";

const links = (text: string): string[] => piecesOf(text).flatMap((piece) => (piece.is === "link" ? [piece.text] : []));

describe("links", () => {
  test.each([
    ["see https://example.com/a?b=1#c now", "https://example.com/a?b=1#c"],
    ["(https://example.com/a)", "https://example.com/a"],
    ["https://en.wikipedia.org/wiki/A_(b)", "https://en.wikipedia.org/wiki/A_(b)"],
    ["看https://example.com/路径，然后", "https://example.com/路径"],
    ["https://example.com。", "https://example.com"],
    ["www.example.com!", "www.example.com"],
    ["mailto:alice@example.com.", "mailto:alice@example.com"],
  ])("%s", (text, link) => expect(links(text)).toEqual([link]));

  test.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "https://",
    "plain words, 中文",
  ])("%s is only text", (text) => expect(links(text)).toEqual([]));

  test("an address is followed only with a harmless scheme", () => {
    expect(safe("javascript:alert(1)")).toBeNull();
    expect(safe("www.example.com")).toBe("https://www.example.com/");
  });
});

test("pieces put together are the text, whatever it is", () => {
  const text = `<img src=x onerror=alert(1)> https://a.example/x <b>"'&amp; @Bob mailto:b@c.example @`;
  expect(piecesOf(text, [{ name: "Bob", user: 2 }]).map(({ text: part }) => part).join("")).toBe(text);
});

test("the longest name is mentioned", () => {
  const people = [
    { name: "李", user: 1 },
    { name: "李查理", user: 2 },
  ];
  expect(piecesOf("@李查理 你好 @李 @王", people)).toEqual([
    { is: "mention", text: "@李查理", user: 2 },
    { is: "text", text: " 你好 " },
    { is: "mention", text: "@李", user: 1 },
    { is: "text", text: " @王" },
  ]);
});
