/** Ways through a long list: down to the latest, to the next mention, back to where one was. */

import type { TimelineStore } from "@parley/sdk";
import { Icon } from "../parts/Icon.tsx";
import { t } from "../words/index.ts";
import type { Opening } from "./opening.ts";
import type { Place } from "./place.ts";
import { seek } from "./seek.ts";

interface Props {
  readonly place: Place;
  readonly shown: boolean;
  readonly atEnd: boolean;
  readonly opening: Opening;
  readonly timeline: TimelineStore;
}

export function Jumps({ place, shown, atEnd, opening, timeline }: Props) {
  const { unread, mentioned, read_number, head_seq, last_number } = place.row.value;
  const inThread = place.root > 0;
  const n = inThread ? 0 : unread;
  const next = inThread ? undefined : [...mentioned].sort((a, b) => a - b).find((number) => number > read_number);
  const toMention = (): void => {
    if (next) void seek(timeline, next, { seq: head_seq, number: last_number }).then((seq) => seq && opening.jump(seq));
  };
  return (
    <div class="jumps">
      {opening.from.value > 0 && (
        <button
          type="button"
          class="jump back"
          onClick={() => {
            opening.jump(opening.from.value, false);
            opening.from.value = 0;
          }}
        >
          <Icon name="undo" size={16} /> {t("back_to_where")}
        </button>
      )}
      {next !== undefined && !atEnd && (
        <button type="button" class="jump at" aria-label={t("next_mention")} title={t("next_mention")} onClick={toMention}>
          <span aria-hidden="true">@{mentioned.length > 1 ? ` ${mentioned.length}` : ""}</span>
        </button>
      )}
      {!atEnd && shown && (
        <button type="button" class="jump down" aria-label={n > 0 ? t("jump_new", { n }) : t("jump_latest")} onClick={opening.leap}>
          {n > 0 && <span aria-hidden="true">{n > 99 ? "99+" : n}</span>}
          <Icon name="down" size={18} />
        </button>
      )}
    </div>
  );
}
