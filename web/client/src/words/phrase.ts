/** What a catalog is made of, and how a sentence is put together. One area of the page has one catalog per language. */

import { signal } from "@preact/signals";

/** A plain sentence, or one per plural form of `{n}`. */
export type Phrase = string | { readonly one?: string; readonly other: string };
export type Sentences = Readonly<Record<string, Phrase>>;
/** The same keys as the English catalog, in another language. */
export type Like<Catalog> = { readonly [Key in keyof Catalog]: Phrase };

export type Language = "en" | "zh";
export type Values = Readonly<Record<string, string | number>>;

export const language = signal<Language>("en");

const plurals: Readonly<Record<Language, Intl.PluralRules>> = {
  en: new Intl.PluralRules("en"),
  zh: new Intl.PluralRules("zh"),
};

/** `phrase` with `values` in place of its placeholders. */
export function put(phrase: Phrase, values: Values): string {
  const form = typeof phrase === "string" ? phrase : formOf(phrase, Number(values.n ?? 0));
  return form.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

function formOf(phrase: Exclude<Phrase, string>, n: number): string {
  return (plurals[language.value].select(n) === "one" ? phrase.one : undefined) ?? phrase.other;
}
