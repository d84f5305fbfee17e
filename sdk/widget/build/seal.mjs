/** After a build: the licence of what is inside, and the list of digests. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BUNDLE, HERE, LIST, list } from "./files.mjs";

const preact = join(HERE, "node_modules", "preact");
const { name, version, license } = JSON.parse(readFileSync(join(preact, "package.json"), "utf8"));
const notice = readFileSync(join(preact, "LICENSE"), "utf8").trim();
const bundle = process.env.PARLEY_WIDGET ?? BUNDLE;
writeFileSync(join(bundle, "licences.txt"), `${name} ${version} (${license})\n\n${notice}\n`);
if (bundle === BUNDLE) writeFileSync(LIST, list());
