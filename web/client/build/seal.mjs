/** After a build: the licences of what is inside, and the list of digests. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { BUNDLE, LIST, list } from "./files.mjs";
import { licences } from "./licences.mjs";

const bundle = process.env.PARLEY_BUNDLE ?? BUNDLE;
writeFileSync(join(bundle, "licences.txt"), licences());
if (bundle === BUNDLE) writeFileSync(LIST, list());
