/** The right side: one conversation, from its heading to its composer. */

import type { ConversationState, MessageCreated } from "@parley/sdk";
import { computed, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { door } from "../app/door.ts";
import { titleOf } from "../app/names.ts";
import { go } from "../app/route.ts";
import { client, pane, presence, typing } from "../app/state.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Icon } from "../parts/Icon.tsx";
import { t, type Word } from "../words/index.ts";
import { Composer } from "./Composer.tsx";
import { MessageList } from "./MessageList.tsx";
import { typingText } from "./typing.ts";
import { takeFiles } from "./uploads.ts";

/** What the composer is about, beside a new message. */
export interface About {
  readonly is: "reply" | "edit";
  readonly message: MessageCreated;
}

/** Members whose read positions are worth fetching for ticks; beyond, receipts arrive live only. */
const SMALL = 200;

export function Talk({ row }: { row: ConversationState }) {
  const id = row.conversation;
  const about = useSignal<About | null>(null);
  const dropping = useSignal(false);
  useEffect(() => {
    client().open(id);
    if (row.member_count <= SMALL) void seedReceipts(id);
    return () => client().close(id);
  }, [id]);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    dropping.value = false;
    takeFiles(id, event.dataTransfer?.files);
  };
  return (
    <section
      class="talk"
      aria-label={titleOf(row)}
      onDragOver={(event) => {
        event.preventDefault();
        dropping.value = event.dataTransfer?.types.includes("Files") ?? false;
      }}
      onDragLeave={(event) => {
        if (event.target === event.currentTarget) dropping.value = false;
      }}
      onDrop={drop}
    >
      <Head row={row} />
      <MessageList row={row} about={about} />
      <Composer row={row} about={about} />
      {dropping.value && <div class="drop">{t("drop_here")}</div>}
    </section>
  );
}

function Head({ row }: { row: ConversationState }) {
  const title = titleOf(row);
  const status = presence.value.get(row.peer);
  return (
    <header class="talk-head">
      <button type="button" class="quiet round narrow-only" aria-label={t("back")} onClick={() => go(0)}>
        <Icon name="back" />
      </button>
      <Avatar id={row.peer || row.conversation} name={title} kind={row.kind} size={38} status={status} />
      <div class="talk-title">
        <h1>{title}</h1>
        <Beneath row={row} />
      </div>
      {row.kind === "group" && (
        <button
          type="button"
          class="quiet round"
          aria-label={t("details")}
          title={t("details")}
          aria-expanded={pane.value?.is === "details"}
          onClick={() => (pane.value = pane.value?.is === "details" ? null : { is: "details", conversation: row.conversation })}
        >
          <Icon name="people" />
        </button>
      )}
    </header>
  );
}

const STATUS: Readonly<Record<string, Word>> = { online: "online", away: "away" };

function Beneath({ row }: { row: ConversationState }) {
  const { conversation, kind, peer } = row;
  const busy = useMemo(() => computed(() => typingText(typing.value.get(conversation) ?? [], kind)), [conversation, kind]);
  const still = kind === "direct" ? t(STATUS[presence.value.get(peer) ?? ""] ?? "offline") : kind === "group" ? t("members", { n: row.member_count }) : "";
  return (
    <p class={busy.value ? "beneath busy" : "beneath"} aria-live="polite">
      {busy.value || still}
    </p>
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
