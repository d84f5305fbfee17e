/** The pane beside the conversation: a column on a wide screen, over the conversation on a narrower one. */

import { Waiting } from "../sidebar/Ghosts.tsx";
import { lazy } from "../parts/lazy.tsx";
import { t } from "../words/index.ts";
import { pane } from "./layers.ts";
import { selected } from "./state.ts";

const Details = lazy(async () => (await import("../panes/Details.tsx")).Details, Waiting);
const Members = lazy(async () => (await import("../panes/Members.tsx")).Members, Waiting);
const Thread = lazy(async () => (await import("../talk/Thread.tsx")).Thread, Waiting);
const Pins = lazy(async () => (await import("../panes/Pins.tsx")).Pins, Waiting);

const LABELS = { details: "details", members: "pane_members", pins: "pane_pins", thread: "pane_thread" } as const;

export function Side() {
  const now = pane.value;
  if (!now || !selected.value) return null;
  return (
    <aside class="side" aria-label={t(LABELS[now.is])}>
      {now.is === "details" && <Details key={now.conversation} conversation={now.conversation} />}
      {now.is === "members" && <Members key={now.conversation} conversation={now.conversation} />}
      {now.is === "pins" && <Pins key={now.conversation} conversation={now.conversation} />}
      {now.is === "thread" && <Thread key={`${now.conversation}/${now.root}`} conversation={now.conversation} root={now.root} />}
    </aside>
  );
}
