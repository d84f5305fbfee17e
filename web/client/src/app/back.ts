/**
 * On a phone what lies over the conversation covers all of it, and Back is how one leaves it: each time the first layer opens,
 * a place is put into the history, which going back takes out again.
 */

import { effect } from "@preact/signals";
import { overlays } from "./layers.ts";

const PHONE = "(max-width: 720px)";
/** What is opened in the moment in which something else closes takes over its place. */
const SETTLED_MS = 60;

export function watchBack(): void {
  let held = false;
  const follow = (): void => {
    const open = overlays.value.some((each) => each.value !== null);
    if (open && !held && matchMedia(PHONE).matches) {
      held = true;
      history.pushState({ over: true }, "");
    } else if (!open && held) {
      held = false;
      // Closed by a button: the place goes too, unless the page went on to another one meanwhile.
      setTimeout(() => {
        if (!held && (history.state as { over?: boolean } | null)?.over) history.back();
      }, SETTLED_MS);
    }
  };
  effect(follow);
  addEventListener("popstate", () => {
    // Going to another address says so too; then the place that was put in is still the one we are at, or is far behind.
    if (!held || (history.state as { over?: boolean } | null)?.over) return;
    held = false;
    const top = overlays.value.find((each) => each.value !== null);
    if (top) top.value = null;
  });
}
