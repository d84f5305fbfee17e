/**
 * Saying things in the reader's language. `t` reads a signal, so whatever was said is said anew when the language changes.
 *
 * The areas here are loaded with the page. A part that is loaded later brings its own: see `withWords`.
 */

import { en as appEn } from "./app/en.ts";
import { zh as appZh } from "./app/zh.ts";
import { language, put, type Language, type Like, type Phrase, type Sentences, type Values } from "./phrase.ts";
import { en as sidebarEn } from "./sidebar/en.ts";
import { zh as sidebarZh } from "./sidebar/zh.ts";
import { en as talkEn } from "./talk/en.ts";
import { zh as talkZh } from "./talk/zh.ts";

export { language, type Language, type Phrase };

const en = { ...appEn, ...sidebarEn, ...talkEn };
const zh = { ...appZh, ...sidebarZh, ...talkZh };

export type Word = keyof typeof en;

export const languages: readonly Language[] = ["en", "zh"];
const catalogs: Readonly<Record<Language, Readonly<Record<Word, Phrase>>>> = { en, zh };

const tags: Readonly<Record<Language, string>> = { en: "en", zh: "zh-Hans" };

/** The tag for `lang` attributes and for Intl. */
export function tagOf(of: Language = language.value): string {
  return tags[of];
}

/** What a language calls itself. */
export function ownName(of: Language): string {
  return String(catalogs[of].language);
}

/** The sentence `word`, with `values` in place of its placeholders. */
export function t(word: Word, values: Values = {}): string {
  return put(catalogs[language.value][word], values);
}

/** A `t` that also knows the sentences of a part that is loaded later: `export const t = withWords({ en, zh })`. */
export function withWords<Own extends Sentences>(own: { readonly en: Own; readonly zh: Like<Own> }) {
  return (word: Word | (keyof Own & string), values: Values = {}): string => {
    const phrase = own[language.value][word as keyof Own];
    return phrase === undefined ? t(word as Word, values) : put(phrase, values);
  };
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
    words_blocked: "e_words_blocked",
    not_allowed: "e_not_allowed",
    not_found: "e_not_found",
    conflict: "e_conflict",
  };
  return t(known[code] ?? "e_other");
}
