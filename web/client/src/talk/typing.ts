/** Who is typing, as a sentence. */

import { nameOf } from "../app/names.ts";
import { t } from "../words/index.ts";

export function typingText(users: readonly number[], kind: string): string {
  const [first, second] = users;
  if (first === undefined) return "";
  if (kind === "direct" || second === undefined) return t("typing_one", { a: nameOf(first) });
  if (users.length === 2) return t("typing_two", { a: nameOf(first), b: nameOf(second) });
  return t("typing_many");
}
