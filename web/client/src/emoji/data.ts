/** The emojis in the reader's language, loaded when somebody first looks for one. */

import { language, type Language } from "../words/index.ts";

export interface Emoji {
  readonly emoji: string;
  readonly name: string;
  readonly words: string;
}

export interface EmojiGroup {
  readonly name: string;
  readonly emojis: readonly Emoji[];
}

type Raw = readonly { readonly name: string; readonly emojis: readonly (readonly string[])[] }[];

const kept = new Map<Language, Promise<readonly EmojiGroup[]>>();

export function emojiGroups(of: Language = language.value): Promise<readonly EmojiGroup[]> {
  let found = kept.get(of);
  if (!found) {
    const loaded: Promise<{ default: unknown }> = of === "zh" ? import("./zh.json") : import("./en.json");
    found = loaded.then(({ default: raw }) =>
      (raw as Raw).map(({ name, emojis }) => ({ name, emojis: emojis.map(([emoji = "", label = "", words = ""]) => ({ emoji, name: label, words })) })),
    );
    kept.set(of, found);
    found.catch(() => kept.delete(of));
  }
  return found;
}

/** Emojis for what was typed: those whose name or word begins with it come first. */
export function findEmojis(groups: readonly EmojiGroup[], query: string, most: number): Emoji[] {
  const wanted = query.toLowerCase().replaceAll("_", " ");
  const rated = groups.flatMap(({ emojis }) =>
    emojis.flatMap((each) => {
      const rate = rateOf(each, wanted, query.toLowerCase());
      return rate > 0 ? [{ each, rate }] : [];
    }),
  );
  return rated
    .sort((a, b) => b.rate - a.rate)
    .slice(0, most)
    .map(({ each }) => each);
}

function rateOf({ name, words }: Emoji, wanted: string, code: string): number {
  const label = name.toLowerCase();
  const each = words.toLowerCase().split(" ");
  if (label === wanted || each.includes(code)) return 4;
  if (label.startsWith(wanted)) return 3;
  if (each.some((word) => word.startsWith(code))) return 2;
  return label.includes(wanted) ? 1 : 0;
}
