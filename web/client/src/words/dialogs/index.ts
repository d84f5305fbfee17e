/** Saying things in the dialogs. */

import { withWords } from "../index.ts";
import { en } from "./en.ts";
import { zh } from "./zh.ts";

export const t = withWords({ en, zh });
export type DialogWord = Parameters<typeof t>[0];
