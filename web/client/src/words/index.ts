/**
 * Saying things in the reader's language. `t` reads a signal, so whatever was said is said anew when the language changes.
 */

import { signal } from "@preact/signals";
import { en, type Catalog, type Phrase } from "./en.ts";
import { zh } from "./zh.ts";

export type Language = "en" | "zh";
export type Word = keyof Catalog;

export const catalogs: Readonly<Record<Language, Catalog>> = { en, zh };
export const language = signal<Language>("en");

const tags: Readonly<Record<Language, string>> = { en: "en", zh: "zh-Hans" };
const plurals: Readonly<Record<Language, Intl.PluralRules>> = {
  en: new Intl.PluralRules("en"),
  zh: new Intl.PluralRules("zh"),
};

/** The tag for `lang` attributes and for Intl. */
export function tagOf(of: Language = language.value): string {
  return tags[of];
}

/** The sentence `word`, with `values` in place of its placeholders. */
export function t(word: Word, values: Readonly<Record<string, string | number>> = {}): string {
  const phrase: Phrase = catalogs[language.value][word];
  const form = typeof phrase === "string" ? phrase : formOf(phrase, Number(values.n ?? 0));
  return form.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

function formOf(phrase: Exclude<Phrase, string>, n: number): string {
  return (plurals[language.value].select(n) === "one" ? phrase.one : undefined) ?? phrase.other;
}

/** The sentence for an error code. */
export function why(code: string): string {
  const known: Readonly<Record<string, Word>> = {
    connection_lost: "e_connection",
    not_connected: "e_connection",
    timed_out: "e_connection",
    muted: "e_muted",
    read_only: "e_read_only",
    not_a_member: "e_not_a_member",
    window_over: "e_window_over",
    too_large: "e_too_large",
    rate_limited: "e_rate_limited",
    invalid: "e_invalid",
    not_allowed: "e_invalid",
  };
  return t(known[code] ?? "e_other");
}
