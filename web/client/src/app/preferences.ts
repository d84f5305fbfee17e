/**
 * Language and appearance: a setting of the person, and kept in cookies too, because the server draws the first moment
 * of the page with them.
 */

import { effect, signal } from "@preact/signals";
import { language, languages, tagOf, type Language } from "../words/index.ts";
import { cookie, keepCookie } from "./page.ts";
import { change, type Settings } from "./settings.ts";

/** "": as the system has it. */
export type Theme = "" | "light" | "dark";

export const theme = signal<Theme>("");

/** Takes what the page was made with, and keeps the page's attributes true from then on. */
export function adopt(pageLanguage: string): void {
  const wanted = pageLanguage.toLowerCase().startsWith("zh") ? "zh" : "en";
  language.value = languages.includes(wanted) ? wanted : "en";
  const kept = cookie("parley_theme");
  theme.value = kept === "light" || kept === "dark" ? kept : "";
  effect(() => {
    document.documentElement.lang = tagOf();
    if (theme.value) document.documentElement.dataset.theme = theme.value;
    else delete document.documentElement.dataset.theme;
  });
}

export function setLanguage(to: Language): void {
  showLanguage(to);
  change("language", to === "zh" ? "zh-hans" : "en").catch(() => undefined); // this browser keeps it in any case
}

export function setTheme(to: Theme): void {
  showTheme(to);
  change("theme", to || "auto").catch(() => undefined);
}

/** What the person chose, perhaps on another device. "auto" leaves what this browser has. */
export function takeChosen({ language: tongue, theme: look }: Settings): void {
  const to: Language = tongue === "zh-hans" ? "zh" : "en";
  if (tongue !== "auto" && language.peek() !== to) showLanguage(to);
  if (look !== "auto" && theme.peek() !== look) showTheme(look);
}

function showLanguage(to: Language): void {
  language.value = to;
  keepCookie("django_language", to === "zh" ? "zh-hans" : "en");
}

function showTheme(to: Theme): void {
  theme.value = to;
  keepCookie("parley_theme", to);
}
