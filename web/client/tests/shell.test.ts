import type { ConversationState, MessageCreated } from "@parley/sdk";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { inQuietHours, isMuted, speaksUp, weightOf } from "../src/app/quiet.ts";
import { hashOf, placeOf } from "../src/app/route.ts";
import { DEFAULTS, settingsFrom } from "../src/app/settings.ts";
import { keysOf, listen, printed, register, shortcuts } from "../src/app/shortcuts.ts";
import { between, topsOf } from "../src/parts/lines.ts";
import { find, prepare } from "../src/search/match.ts";
import { dayFrom, parse, withFilter, NO_QUERY } from "../src/search/query.ts";
import { chosen, isUnread } from "../src/sidebar/shown.ts";

const NOW = new Date(2026, 10, 23, 15, 0).getTime(); // a Monday
const row = (changes: Partial<ConversationState>): ConversationState =>
  ({
    conversation: 1, kind: "group", last: {}, unread: 0, unread_mentions: 0, unread_from: 0, starred_at: 0,
    silent_until: 0, notify: "all", read_number: 0, ...changes,
  }) as ConversationState;
const said = (changes: Partial<MessageCreated>): MessageCreated =>
  ({ sender: 2, number: 5, kind: "text", recalled_at: 0, mentions: [], mentions_all: false, urgent: false, ...changes }) as MessageCreated;

test("starred conversations come first in the order they were starred, the others as they are", () => {
  const rows = [row({ conversation: 1 }), row({ conversation: 2, starred_at: 20 }), row({ conversation: 3 }), row({ conversation: 4, starred_at: 10 })];
  expect(chosen(rows, "all", []).map(({ conversation }) => conversation)).toEqual([4, 2, 1, 3]);
});

test("filters show what they say, and what is open stays", () => {
  const rows = [
    row({ conversation: 1, unread: 2 }),
    row({ conversation: 2, unread_from: 7 }),
    row({ conversation: 3, unread: 1, unread_mentions: 1 }),
    row({ conversation: 4 }),
    row({ conversation: 5, kind: "personal", last: null }),
  ];
  const ids = (by: string, open = 0): number[] => chosen(rows, by, [{ id: 8, name: "Work", conversations: [4, 1, 99] }], open).map(({ conversation }) => conversation);
  expect(ids("all")).toEqual([1, 2, 3, 4]);
  expect(ids("unread")).toEqual([1, 2, 3]);
  expect(ids("unread", 4)).toEqual([1, 2, 3, 4]);
  expect(ids("mentions")).toEqual([3]);
  expect(ids("8")).toEqual([1, 4]);
  expect(rows.map(isUnread)).toEqual([true, true, true, false, false]);
});

test("a muted conversation weighs its mentions only", () => {
  const loud = row({ unread: 5, unread_mentions: 1 });
  expect(weightOf(loud, NOW)).toBe(5);
  expect(weightOf({ ...loud, notify: "none" }, NOW)).toBe(1);
  expect(weightOf({ ...loud, silent_until: NOW + 1 }, NOW)).toBe(1);
  expect(isMuted({ notify: "mentions", silent_until: NOW }, NOW)).toBe(false);
});

test("quiet hours go over midnight, and a night belongs to the day it began on", () => {
  const timezone = "Asia/Shanghai";
  const at = (text: string): number => Date.parse(`${text}+08:00`);
  const night = { days: [1], from: "22:00", to: "07:00", timezone };
  expect(inQuietHours(night, at("2026-11-23T21:59"))).toBe(false);
  expect(inQuietHours(night, at("2026-11-23T22:00"))).toBe(true);
  expect(inQuietHours(night, at("2026-11-24T06:59"))).toBe(true);
  expect(inQuietHours(night, at("2026-11-24T07:00"))).toBe(false);
  expect(inQuietHours(night, at("2026-11-24T22:30"))).toBe(false);
  expect(inQuietHours({ ...night, days: [7] }, at("2026-11-23T06:00"))).toBe(true);
  expect(inQuietHours({ ...night, from: "12:00", to: "13:00" }, at("2026-11-23T12:30"))).toBe(true);
  expect(inQuietHours(null, NOW)).toBe(false);
});

test("what speaks up: levels, mutes, do not disturb, and urgent through everything", () => {
  const self = { id: 1, quiet_until: 0 };
  const tells = (message: Partial<MessageCreated>, where: Partial<ConversationState> = {}, level: "all" | "mentions" | "none" = "all", quiet = 0): boolean =>
    speaksUp(said(message), row(where), { ...self, quiet_until: quiet }, { ...DEFAULTS, notifications: { ...DEFAULTS.notifications, level } }, NOW);
  expect(tells({})).toBe(true);
  expect(tells({ sender: 1 })).toBe(false);
  expect(tells({}, { read_number: 5 })).toBe(false);
  expect(tells({}, { notify: "mentions" })).toBe(false);
  expect(tells({ mentions: [1] }, { notify: "mentions" })).toBe(true);
  expect(tells({ mentions: [1] }, { notify: "none" })).toBe(false);
  expect(tells({ mentions: [1] }, { silent_until: NOW + 1 })).toBe(false);
  expect(tells({}, {}, "mentions")).toBe(false);
  expect(tells({}, { kind: "direct" }, "mentions")).toBe(true);
  expect(tells({ mentions_all: true }, {}, "none")).toBe(false);
  expect(tells({}, {}, "all", NOW + 1)).toBe(false);
  expect(tells({ urgent: true }, { notify: "none" }, "none", NOW + 1)).toBe(true);
});

test("addresses go there and back; others mean nothing", () => {
  for (const place of [{ conversation: 12, seq: 0, thread: 0 }, { conversation: 12, seq: 345, thread: 0 }, { conversation: 12, seq: 0, thread: 300 }]) {
    expect(placeOf(hashOf(place))).toEqual(place);
  }
  for (const hash of ["", "#/", "#/c/", "#/c/x", "#/c/1/2/3", "#/c/12345678901234567"]) expect(placeOf(hash).conversation).toBe(0);
});

test("settings of another shape than expected are passed over", () => {
  const taken = settingsFrom({ density: "compact", folders: "none", enter_sends: 1, quick_reactions: ["🔥"], quiet_hours: null, unknown: 1 });
  expect(taken).toEqual({ ...DEFAULTS, density: "compact", quick_reactions: ["🔥"] });
});

test("rows in sight are found by height", () => {
  const tops = topsOf(1000, (at) => (at % 10 === 0 ? 32 : 64));
  expect(tops.at(-1)).toBe(100 * (32 + 9 * 64));
  const { first, last } = between(tops, 3000, 3600, 0);
  expect(tops[first]).toBeLessThanOrEqual(3000);
  expect(tops[first + 1]).toBeGreaterThan(3000);
  expect(tops[last + 1]).toBeGreaterThan(3600);
  expect(between([0], 0, 500, 6)).toEqual({ first: 0, last: -1 });
});

const entry = (name: string, words: string[], weight = 0) => prepare({ name, words: [name, ...words], weight });

test("people are found by name, pinyin, initials and letters in order; the closest first", () => {
  const all = [entry("王芳", ["Wang Fang", "wangfang", "wf"]), entry("Wolfgang Franz", ["wolf", "WF"], 0.1), entry("Support rota", []), entry("Launch 发布组", [])];
  const names = (query: string): string[] => find(all, query, 10).map(({ name }) => name);
  expect(names("wangf")[0]).toBe("王芳");
  expect(names("王")).toEqual(["王芳"]);
  expect(names("wf")).toEqual(["Wolfgang Franz", "王芳"]);
  expect(names("rota sup")).toEqual(["Support rota"]);
  expect(names("发布")).toEqual(["Launch 发布组"]);
  expect(names("spr")).toEqual(["Support rota"]);
  expect(names("xyz")).toEqual([]);
  expect(names("  ")).toEqual([]);
});

test("ten thousand entries answer in well under the bar of 50 ms", () => {
  const all = Array.from({ length: 10_000 }, (_, at) => entry(`Person ${at.toString(36)} Fang`, [`user${at}`, "王小明", "wxm", "wangxiaoming"]));
  find(all, "warm", 10);
  const times = ["w", "wang", "person 7p", "zzz", "prsn"].map((query) => {
    const start = performance.now();
    find(all, query, 12);
    return performance.now() - start;
  });
  expect(times.sort((a, b) => a - b)[2]).toBeLessThan(50);
});

test("a query is words and filters, in both languages and with full-width colons", () => {
  expect(parse("launch plan")).toEqual({ ...NO_QUERY, words: "launch plan" });
  expect(parse('budget from:bob in:"Product team" has:file @me')).toEqual({ ...NO_QUERY, words: "budget", from: "bob", inside: "Product team", has: "file", mentions: true });
  expect(parse("来自：王芳 包含：链接 预算")).toEqual({ ...NO_QUERY, words: "预算", from: "王芳", has: "link" });
  expect(parse("after:2026-11-01 before:2026-11-23")).toMatchObject({ after: new Date(2026, 10, 1).getTime(), before: new Date(2026, 10, 23).getTime() });
  expect(parse("https://example.org has:nothing 12:30")).toEqual({ ...NO_QUERY, words: "https://example.org has:nothing 12:30" });
  expect([dayFrom("2026-02-30"), dayFrom("tomorrow"), dayFrom("2026-2-3")]).toEqual([null, null, new Date(2026, 1, 3).getTime()]);
});

test("a filter is put into the text, replaced and taken out", () => {
  const once = withFilter("plan", "in", "Product team");
  expect(once).toBe('plan in:"Product team"');
  expect(withFilter(once, "in", "42")).toBe("plan in:42");
  expect(withFilter(withFilter(once, "has", "file"), "in", "")).toBe("plan has:file");
});

let stop = (): void => undefined;
const ran = vi.fn();
beforeEach(() => ran.mockClear());
afterEach(() => stop());

test("shortcuts: single keys not while writing and not when switched off; no key twice", () => {
  if (shortcuts().length === 0) {
    register({ name: "k_help", where: "page", keys: "?", run: ran }, { name: "k_switcher", where: "page", keys: "Mod+K", run: ran });
  }
  expect(() => register({ name: "k_next", where: "page", keys: "Mod+K" })).toThrow(/already/);
  let single = true;
  stop = listen(() => single);
  const field = document.createElement("textarea");
  document.body.append(field);
  const press = (target: EventTarget, key: string, more: KeyboardEventInit = {}): boolean =>
    !target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
  expect(press(document.body, "?", { shiftKey: true })).toBe(true);
  expect(press(field, "?", { shiftKey: true })).toBe(false);
  single = false;
  expect(press(document.body, "?", { shiftKey: true })).toBe(false);
  expect(press(field, "k", { ctrlKey: true })).toBe(true);
  expect(press(field, "k", { ctrlKey: true, isComposing: true })).toBe(false);
  expect(ran).toHaveBeenCalledTimes(2);
});

test("keys are written alike whatever the keyboard types with them", () => {
  const keys = (event: Partial<KeyboardEvent>): string =>
    keysOf({ key: "", code: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...event });
  expect(keys({ key: "k", ctrlKey: true })).toBe("Mod+K");
  expect(keys({ key: "ArrowUp", altKey: true, shiftKey: true })).toBe("Alt+Shift+ArrowUp");
  expect(keys({ key: "?", shiftKey: true })).toBe("?");
  expect(keys({ key: "F", ctrlKey: true, shiftKey: true })).toBe("Mod+Shift+F");
});

test("shortcuts: the sign between keys may be a key", () => {
  expect([printed("+"), printed("Alt++"), printed("Mod+K")]).toEqual([["+"], ["Alt", "+"], ["Ctrl", "K"]]);
});
