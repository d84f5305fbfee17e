/** The row of buttons above the list: all, unread, mentions, and one's own folders. */

import { computed } from "@preact/signals";
import { dialog } from "../app/layers.ts";
import { settings } from "../app/settings.ts";
import { inbox } from "../app/state.ts";
import { Icon } from "../parts/Icon.tsx";
import { t } from "../words/index.ts";
import { MOST_FOLDERS } from "./folders.ts";
import { filter, isUnread } from "./shown.ts";

const counts = computed(() => ({
  unread: inbox.value.rows.filter(isUnread).length,
  mentions: inbox.value.rows.filter(({ unread_mentions }) => unread_mentions > 0).length,
}));

export function Filters() {
  const { folders } = settings.value;
  const { unread, mentions } = counts.value;
  const usual: readonly (readonly [string, string, number])[] = [
    ["all", t("filter_all"), 0],
    ["unread", t("filter_unread"), unread],
    ["mentions", t("filter_mentions"), mentions],
  ];
  return (
    <div class="filters" role="group" aria-label={t("filters")}>
      {[...usual, ...folders.map(({ id, name }) => [String(id), name, 0] as const)].map(([id, name, count]) => (
        <button
          key={id}
          type="button"
          aria-pressed={filter.value === id}
          onClick={() => (filter.value = id)}
        >
          {name}
          {count > 0 && <span class="count"> {count > 99 ? "99+" : count}</span>}
        </button>
      ))}
      {folders.some(({ id }) => String(id) === filter.value) && (
        <button type="button" class="edge" aria-label={t("folder_edit")} title={t("folder_edit")} onClick={() => (dialog.value = { is: "folder", folder: Number(filter.value) })}>
          <Icon name="edit" size={15} />
        </button>
      )}
      {folders.length < MOST_FOLDERS && (
        <button type="button" class="edge" aria-label={t("folder_new")} title={t("folder_new")} onClick={() => (dialog.value = { is: "folder", folder: 0 })}>
          <Icon name="plus" size={15} />
        </button>
      )}
    </div>
  );
}
