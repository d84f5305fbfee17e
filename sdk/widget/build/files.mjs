/** Which files make the widget, and the list of their digests that machines without Node check. */

import { createHash } from "node:crypto";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

export const HERE = dirname(dirname(fileURLToPath(import.meta.url)));
export const ROOT = dirname(dirname(HERE));
export const BUNDLE = join(ROOT, "web", "static", "widget");
export const LIST = join(HERE, "bundle.sha256");
/** Compressed bytes of the one file. */
export const MOST_BYTES = 25 * 1024;

const SOURCES = ["sdk/widget/src", "sdk/widget/build", "sdk/js/src"];
const SINGLE = ["package.json", "package-lock.json", "tsconfig.json", "vite.config.ts"].map((name) => `sdk/widget/${name}`);

export function filesOf(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesOf(join(path, name)));
}

export function digest(path) {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

/** The text of the list: one line a file, "digest  path", by path. */
export function list() {
  const paths = [...SOURCES, ...SINGLE].flatMap((each) => filesOf(join(ROOT, each))).concat(filesOf(BUNDLE));
  const lines = paths.map((path) => `${digest(path)}  ${relative(ROOT, path).split(sep).join("/")}`);
  return lines.sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1)).join("\n") + "\n";
}
