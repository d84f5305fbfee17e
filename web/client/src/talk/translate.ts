/** Translation of messages, when somebody registers a way to do it. Without one there is no such verb. */

import type { MessageCreated } from "@parley/sdk";
import { signal } from "@preact/signals";
import { textOf } from "../kinds/summary.ts";
import { language } from "../words/index.ts";

/** Gives `text` in the language `to`. */
export type Translator = (text: string, to: string) => Promise<string>;

export const translator = signal<Translator | null>(null);

/** Translations shown, by "conversation/seq/version": an edited message is not shown with the old one. */
export const translations = signal<ReadonlyMap<string, string>>(new Map());

export function registerTranslator(translate: Translator | null): void {
  translator.value = translate;
}

export function translationKey({ conversation, seq, version }: MessageCreated): string {
  return `${conversation}/${seq}/${version}`;
}

export function startTranslating(message: MessageCreated): void {
  const key = translationKey(message);
  void translator.value?.(textOf(message.body), language.value).then(
    (text) => (translations.value = new Map([...translations.value, [key, text]])),
    () => undefined, // the original stays; the verb can be tried again
  );
}
