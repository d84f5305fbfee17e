/** Who or what one talks to, and how they are. */

import { computed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { pane, showCard } from "../app/layers.ts";
import { titleOf } from "../app/names.ts";
import { go } from "../app/route.ts";
import { people, presence, troubled, typing } from "../app/state.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Icon } from "../parts/Icon.tsx";
import { t, type Word } from "../words/index.ts";
import type { Place } from "./place.ts";
import { typingText } from "./typing.ts";

export function Head({ place }: { place: Place }) {
  const row = place.row.value;
  const title = titleOf(row);
  const status = presence.value.get(row.peer);
  const details = (event: MouseEvent): void => {
    if (row.kind === "direct") showCard(row.peer, event.currentTarget as HTMLElement);
    else toggle("details");
  };
  const toggle = (is: "details" | "pins"): void => void (pane.value = pane.value?.is === is ? null : { is, conversation: row.conversation });
  return (
    <header class="talk-head">
      <button type="button" class="quiet round narrow-only" aria-label={t("back")} onClick={() => go(0)}>
        <Icon name="back" />
      </button>
      <Avatar id={row.peer || row.conversation} name={title} kind={row.kind} size={38} status={status} />
      <div class="talk-title">
        <h1>{title}</h1>
        <Beneath place={place} />
      </div>
      <button type="button" class="quiet round" aria-label={t("pins")} title={t("pins")} aria-pressed={pane.value?.is === "pins"} onClick={() => toggle("pins")}>
        <Icon name="pin" />
      </button>
      {row.kind !== "personal" && (
        <button type="button" class="quiet round" aria-label={t("details")} title={t("details")} onClick={details}>
          <Icon name="people" />
        </button>
      )}
    </header>
  );
}

const STATUS: Readonly<Record<string, Word>> = { online: "online", away: "away" };

function Beneath({ place }: { place: Place }) {
  const { conversation, kind, peer, member_count, description } = place.row.value;
  const busy = useMemo(() => computed(() => typingText(typing.value.get(conversation) ?? [], kind)), [conversation, kind]);
  const person = people.value.get(peer);
  const own = person && (person.status_until === 0 || person.status_until > Date.now()) ? `${person.status_emoji} ${person.status_text}`.trim() : "";
  const there = troubled.value ? "" : t(STATUS[presence.value.get(peer) ?? ""] ?? "offline");
  const still =
    kind === "direct"
      ? [there, own].filter(Boolean).join(" · ")
      : kind === "group"
        ? [t("members", { n: member_count }), description].filter(Boolean).join(" · ")
        : "";
  return (
    <p class={busy.value ? "beneath busy" : "beneath"} aria-live="polite">
      {busy.value ? (
        <>
          <span class="dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          {busy.value}
        </>
      ) : (
        still
      )}
    </p>
  );
}
