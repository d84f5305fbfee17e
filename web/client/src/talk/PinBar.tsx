/** The message that was pinned last, above the history; the number of pins opens them all. */

import { useEffect } from "preact/hooks";
import { pane } from "../app/layers.ts";
import { nameOf } from "../app/names.ts";
import { client } from "../app/state.ts";
import { summaryOf } from "../kinds/summary.ts";
import { Icon } from "../parts/Icon.tsx";
import { useStore } from "../parts/useStore.ts";
import { t } from "../words/index.ts";
import type { Place } from "./place.ts";

export function PinBar({ place }: { place: Place }) {
  const { conversation } = place.row.value;
  const { pins } = client();
  const list = useStore(pins).get(conversation);
  useEffect(() => void pins.load(conversation).catch(() => undefined), [conversation]); // asked again when it is opened again
  const [newest] = list?.messages ?? [];
  if (newest === undefined || list === undefined) return null;
  return (
    <div class="pin-bar">
      <Icon name="pin" size={15} />
      <button type="button" class="pin-newest" title={t("go_to_message")} onClick={() => (place.wanted.value = newest.seq)}>
        <b>{nameOf(newest.sender)}</b>
        <span>{summaryOf(newest.kind, newest.body)}</span>
      </button>
      <button type="button" class="pin-all" onClick={() => (pane.value = { is: "pins", conversation })}>
        {t("n_pins", { n: list.messages.length })}
        {list.next ? "+" : ""}
      </button>
    </div>
  );
}
