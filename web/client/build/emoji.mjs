/** Makes src/emoji/{en,zh}.json from emojibase: what the picker needs of it, a tenth of its size. `--check` only compares. */

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { CLIENT } from "./files.mjs";

const require = createRequire(import.meta.url);
/** Skin tones and hair are no emojis of their own. */
const COMPONENT = 2;

/** Groups in order; each emoji is [emoji, name, words to find it by]. */
function dataOf(language) {
  const all = require(`emojibase-data/${language}/compact.json`);
  const { groups } = require(`emojibase-data/${language}/messages.json`);
  const codes = require("emojibase-data/en/shortcodes/emojibase.json");
  const codesOf = (hexcode) => [codes[hexcode] ?? []].flat();
  const shown = all.filter(({ group }) => group !== undefined && group !== COMPONENT).sort((a, b) => a.order - b.order);
  return groups
    .filter(({ order }) => order !== COMPONENT)
    .map(({ order, message }) => ({
      name: message,
      emojis: shown
        .filter(({ group }) => group === order)
        .map(({ unicode, label, tags = [], hexcode }) => [unicode, label, [...new Set([...codesOf(hexcode), ...tags])].join(" ")]),
    }));
}

for (const language of ["en", "zh"]) {
  const path = join(CLIENT, "src", "emoji", `${language}.json`);
  const text = JSON.stringify(dataOf(language)).replaceAll('{"name"', '\n{"name"') + "\n";
  if (!process.argv.includes("--check")) writeFileSync(path, text);
  else if (readFileSync(path, "utf8") !== text) {
    console.error(`${path} is not what emojibase says; run: node build/emoji.mjs`);
    process.exitCode = 1;
  }
}
