/** Where one writes. Nothing here reads what others say, so that no message that arrives slows down a key. */

import type { ConversationState } from "@parley/sdk";
import { useComputed } from "@preact/signals";
import { memo } from "../parts/memo.ts";
import type { Place } from "../talk/place.ts";
import { leads } from "../talk/verbs.ts";
import { t } from "../words/index.ts";
import { full } from "../words/time.ts";
import { Tray } from "./Tray.tsx";
import { Writing } from "./Writing.tsx";

export const Composer = memo(function Composer({ place }: { place: Place }) {
  const silent = useComputed(() => silence(place.row.value)).value;
  const id = useComputed(() => place.row.value.conversation).value;
  return (
    <footer class="composer">
      <Tray conversation={id} root={place.root} />
      {silent ? <p class="hint center silent">{silent}</p> : <Writing key={id} place={place} />}
    </footer>
  );
});

/** Why one may not write here, or "". */
function silence(row: ConversationState): string {
  if (row.muted_until > Date.now()) return t("muted_here", { time: full(row.muted_until) });
  const closed = row.post_policy === "nobody" || (row.post_policy === "admins" && !leads(row));
  return row.kind === "group" && closed ? t("read_only") : "";
}
