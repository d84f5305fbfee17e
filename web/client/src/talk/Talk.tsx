/** The right side: one conversation, from its heading to its composer. */

import type { ConversationState } from "@parley/sdk";
import { useComputed, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { door } from "../app/door.ts";
import { titleOf } from "../app/names.ts";
import { client, connection } from "../app/state.ts";
import { Composer } from "../compose/Composer.tsx";
import { takeFiles } from "../compose/files.ts";
import { lazy } from "../parts/lazy.tsx";
import { fetchWhispers } from "../whispers/heard.ts";
import { t } from "../words/index.ts";
import { Head } from "./Head.tsx";
import { MessageList } from "./MessageList.tsx";
import { PickBar } from "./PickBar.tsx";
import { PinBar } from "./PinBar.tsx";
import { newPlace, sheet, type Place } from "./place.ts";

/** Members whose read positions are worth fetching for ticks; beyond, receipts arrive live only. */
const SMALL = 200;

const Sheets = lazy<object>(() => import("../sheets/Sheets.tsx").then(({ Sheets: component }) => component));

export function Talk({ row }: { row: ConversationState }) {
  const id = row.conversation;
  const now = useSignal(row);
  now.value = row;
  const place = useMemo(() => newPlace(now), [now]);
  useEffect(() => {
    client().open(id);
    return () => client().close(id);
  }, [id]);
  const online = useComputed(() => connection.value.state === "online").value;
  useEffect(() => {
    if (online) void fetchWhispers(id).catch(() => undefined); // they are told again at the next opening
  }, [id, online]);
  useEffect(() => {
    // Again after every gap in the connection: a receipt that was told meanwhile is not told twice.
    if (online && row.member_count <= SMALL) void seedReceipts(id);
  }, [id, online]);
  return (
    <Dropping place={place} label={titleOf(row)}>
      <Head place={place} />
      <PinBar place={place} />
      <MessageList place={place} timeline={client().timeline(id)} />
      {place.picked.value ? <PickBar place={place} /> : <Composer place={place} />}
      {sheet.value && <Sheets />}
    </Dropping>
  );
}

/** Files dropped anywhere on the talk go to its composer. */
export function Dropping({ place, label, children }: { place: Place; label: string; children: ComponentChildren }) {
  const dropping = useSignal(false);
  return (
    <section
      class="talk"
      aria-label={label}
      onDragOver={(event) => {
        event.preventDefault();
        dropping.value = event.dataTransfer?.types.includes("Files") ?? false;
      }}
      onDragLeave={(event) => {
        if (!(event.currentTarget as HTMLElement).contains(event.relatedTarget as Node | null)) dropping.value = false;
      }}
      onDrop={(event) => {
        event.preventDefault();
        dropping.value = false;
        takeFiles(place.row.value.conversation, place.root, event.dataTransfer?.files);
      }}
    >
      {children}
      {dropping.value && <div class="drop">{t("drop_here")}</div>}
    </section>
  );
}

/** How far the others are, so that ticks are right before the first receipt arrives. */
async function seedReceipts(conversation: number): Promise<void> {
  try {
    const { members } = await door.members(conversation);
    const { receipts } = client();
    for (const { user, read_number = 0, delivered_seq = 0 } of members) {
      receipts.read(conversation, user, read_number);
      receipts.delivered(conversation, user, delivered_seq);
    }
  } catch {
    // Ticks then start with the next receipt.
  }
}
