/** Which files make the bundle, which it consists of, and the list of their digests that machines without Node check. */

import { createHash } from "node:crypto";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

export const CLIENT = dirname(dirname(fileURLToPath(import.meta.url)));
export const ROOT = dirname(dirname(CLIENT));
export const BUNDLE = join(ROOT, "web", "static", "web");
export const LIST = join(CLIENT, "bundle.sha256");

const SOURCES = ["web/client/src", "sdk/js/src", "web/client/build"];
const SINGLE = ["package.json", "package-lock.json", "tsconfig.json", "vite.config.ts"].map((name) => `web/client/${name}`);

/** Every file below a folder or the file itself, sorted. */
export function filesOf(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesOf(join(path, name)));
}

function digest(path) {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

/** The text of the list: one line a file, "digest  path", by path. */
export function list() {
  const paths = [...SOURCES, ...SINGLE].flatMap((each) => filesOf(join(ROOT, each))).concat(filesOf(BUNDLE));
  const lines = paths.map((path) => `${digest(path)}  ${relative(ROOT, path).split(sep).join("/")}`);
  return lines.sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1)).join("\n") + "\n";
}

/** What a folder holds, as one comparable value. */
export function contents(folder) {
  return Object.fromEntries(filesOf(folder).map((path) => [relative(folder, path), digest(path)]));
}
