/** Saying things in the developer console. */

import { withWords } from "../index.ts";
import { en } from "./en.ts";
import { zh } from "./zh.ts";

export const t = withWords({ en, zh });
export type ConsoleWord = Parameters<typeof t>[0];
