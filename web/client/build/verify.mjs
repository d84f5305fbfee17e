/** The committed bundle is what its sources make: builds it twice elsewhere and compares every byte. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { BUNDLE, CLIENT, LIST, contents, list } from "./files.mjs";

/** Script and styles of the first load, compressed. */
const MOST_BYTES = 90 * 1024;

function build() {
  const folder = mkdtempSync(join(tmpdir(), "parley-bundle-"));
  const env = { ...process.env, PARLEY_BUNDLE: folder };
  execFileSync(process.execPath, [join(CLIENT, "node_modules/vite/bin/vite.js"), "build", "--logLevel", "warn"], { cwd: CLIENT, env, stdio: "inherit" });
  execFileSync(process.execPath, [join(CLIENT, "build/seal.mjs")], { cwd: CLIENT, env, stdio: "inherit" });
  const made = contents(folder);
  rmSync(folder, { recursive: true });
  return made;
}

const committed = contents(BUNDLE);
for (const time of [1, 2]) {
  const made = build();
  const names = [...new Set([...Object.keys(made), ...Object.keys(committed)])].sort();
  const different = names.filter((name) => made[name] !== committed[name]);
  if (different.length > 0) {
    console.error(`build ${time}: web/static/web is not what its sources make (${different.join(", ")}); run: npm run build`);
    process.exit(1);
  }
}
if (readFileSync(LIST, "utf8") !== list()) {
  console.error("bundle.sha256 is stale; run: npm run build");
  process.exit(1);
}

/** The entry, everything it imports at once, and their styles; what is loaded later is not counted. */
function firstLoad() {
  const manifest = JSON.parse(readFileSync(join(BUNDLE, "manifest.json"), "utf8"));
  const files = new Set();
  const visit = (name) => {
    const { file, css = [], imports = [] } = manifest[name];
    if (files.has(file)) return;
    for (const each of [file, ...css]) files.add(each);
    imports.forEach(visit);
  };
  visit("src/main.tsx");
  return [...files];
}

const size = firstLoad().reduce((sum, name) => sum + gzipSync(readFileSync(join(BUNDLE, name)), { level: 9 }).length, 0);
console.log(`bundle verified twice (Linux x64 is what was tried), ${(size / 1024).toFixed(1)} KB compressed at first`);
if (size > MOST_BYTES) {
  console.error(`that is more than ${MOST_BYTES / 1024} KB`);
  process.exit(1);
}
