/** What to call people and conversations. */

import type { ConversationState, Person } from "@parley/sdk";
import { language, t } from "../words/index.ts";
import { client, me, page, people } from "./state.ts";

const HAN = /\p{Script=Han}/u;

/** The name in the reader's script when there are two. */
export function inScript(name: string, other: string): string {
  if (!other) return name;
  const chinese = language.value === "zh";
  return HAN.test(name) === chinese || HAN.test(other) !== chinese ? name : other;
}

export function nameOf(user: number): string {
  if (user === 0) return t("system");
  const person = people.value.get(user);
  if (person) return inScript(person.name, person.other_name);
  if (user === me.value) return inScript(page.value.name, page.value.otherName);
  client().people.want([user]);
  return t("unknown_person");
}

export function personName(person: Person): string {
  return inScript(person.name, person.other_name);
}

export function titleOf(row: ConversationState): string {
  if (row.kind === "direct") return nameOf(row.peer);
  if (row.kind === "personal") return t("notes");
  return row.title || t("conversations");
}

/** One or two characters that stand for a name: the end of a Chinese one, the initials of another. */
export function initials(name: string): string {
  const text = name.trim();
  if (HAN.test(text)) return [...text.replace(/[^\p{Script=Han}]/gu, "")].slice(-2).join("");
  const words = text.split(/[\s\-_.]+/).filter(Boolean);
  const first = [...(words[0] ?? "?")][0] ?? "?";
  const last = words.length > 1 ? ([...(words[words.length - 1] ?? "")][0] ?? "") : "";
  return (first + last).toUpperCase();
}

/** What stands for a group: how its name begins. */
export function beginning(title: string): string {
  const [first = "#", second = ""] = [...title.trim()];
  return HAN.test(first) ? first + (HAN.test(second) ? second : "") : first.toUpperCase();
}

/** A colour that stays with somebody: a hue in degrees. */
export function hueOf(id: number): number {
  return (id * 137.508) % 360;
}
