/** The address says what is open, so that Back, reload and a shared link do what one expects. */

import { selected, target } from "./state.ts";

function read(): void {
  const [, conversation = "0", seq = "0"] = /^#\/c\/(\d+)(?:\/(\d+))?$/.exec(location.hash) ?? [];
  target.value = Number(seq);
  selected.value = Number(conversation);
}

export function watchAddress(): void {
  addEventListener("hashchange", read);
  read();
}

/** Opens a conversation, at a message when `seq` is given. 0: none. */
export function go(conversation: number, seq = 0): void {
  const hash = conversation ? `#/c/${conversation}${seq ? `/${seq}` : ""}` : "#/";
  if (location.hash === hash) {
    target.value = 0;
    read();
  } else location.hash = hash;
}
