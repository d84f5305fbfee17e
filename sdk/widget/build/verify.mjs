/** The committed widget is what its sources make, and small enough: builds it elsewhere and compares every byte. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { BUNDLE, HERE, LIST, MOST_BYTES, digest, filesOf, list } from "./files.mjs";

const folder = mkdtempSync(join(tmpdir(), "parley-widget-"));
const options = { cwd: HERE, env: { ...process.env, PARLEY_WIDGET: folder }, stdio: "inherit" };
execFileSync(process.execPath, [join(HERE, "node_modules/vite/bin/vite.js"), "build", "--logLevel", "warn"], options);
execFileSync(process.execPath, [join(HERE, "build/seal.mjs")], options);
const contents = (where) => JSON.stringify(filesOf(where).map((path) => [relative(where, path), digest(path)]));
const same = contents(folder) === contents(BUNDLE);
rmSync(folder, { recursive: true });
if (!same || readFileSync(LIST, "utf8") !== list()) {
  console.error("web/static/widget is not what its sources make; run: npm run build");
  process.exit(1);
}
const bytes = gzipSync(readFileSync(join(BUNDLE, "parley-widget.js")), { level: 9 }).length;
console.log(`widget verified, ${bytes} bytes compressed`);
if (bytes > MOST_BYTES) {
  console.error(`that is more than ${MOST_BYTES}`);
  process.exit(1);
}
