/** Saying things in the search and the switcher. */

import { withWords } from "../index.ts";
import { en } from "./en.ts";
import { zh } from "./zh.ts";

export const t = withWords({ en, zh });
