/** Saying things of this part, which is loaded when it is first needed. */

import { withWords } from "../index.ts";
import { en } from "./en.ts";
import { zh } from "./zh.ts";

export const t = withWords({ en, zh });
