/** What one can do with a conversation without opening it. */

import { useState } from "preact/hooks";
import { complain, markRead } from "../app/actions.ts";
import { dialog, pane } from "../app/layers.ts";
import { isMuted } from "../app/quiet.ts";
import { go } from "../app/route.ts";
import { client, inbox, type Preferences } from "../app/state.ts";
import { Icon, type IconName } from "../parts/Icon.tsx";
import { Menu } from "../parts/Menu.tsx";
import { t, type Word } from "../words/index.ts";
import { inFolder, put } from "./folders.ts";
import { settings } from "../app/settings.ts";

export interface Opened {
  readonly conversation: number;
  readonly anchor: { readonly x: number; readonly y: number };
}

const HOUR = 3_600_000;
/** So far away that it never ends, and still a number that JSON and the database hold exactly. */
const FOREVER = Date.UTC(2100, 0, 1);

type Page = "first" | "mute" | "notify" | "folders";

export function RowMenu({ conversation, anchor, close }: Opened & { close: () => void }) {
  const [page, turn] = useState<Page>("first");
  const row = inbox.value.rows.find((each) => each.conversation === conversation);
  if (!row) return null;
  const prefer = (wishes: Preferences) => (): void => {
    close();
    client().prefer(conversation, wishes).catch(complain);
  };
  const then = (run: () => void) => (): void => {
    close();
    run();
  };
  const unread = row.unread > 0 || row.unread_from > 0;
  const muted = isMuted(row, Date.now());
  return (
    <Menu key={page} label={t("conversation_menu")} anchor={anchor} close={close}>
      {page === "first" && (
        <>
          <Item icon="star" word={row.starred_at ? "unstar" : "star"} run={prefer({ starred: row.starred_at === 0 })} />
          {unread ? (
            <Item icon="check" word="mark_read" run={then(() => markRead(conversation))} />
          ) : (
            row.last_number > 0 && <Item icon="dot" word="mark_unread" run={prefer({ unread_from: row.last_number })} />
          )}
          {muted ? (
            <Item icon="bell" word="unmute" run={prefer({ silent_until: 0, ...(row.notify === "none" ? { notify: "all" } : {}) })} />
          ) : (
            <Item icon="quiet" word="mute" more run={() => turn("mute")} />
          )}
          <Item icon="bell" word="notify_level" more run={() => turn("notify")} />
          {settings.value.folders.length > 0 && <Item icon="folder" word="folders" more run={() => turn("folders")} />}
          {row.kind === "group" && (
            <Item icon="people" word="details" run={then(() => { go(conversation); pane.value = { is: "details", conversation }; })} />
          )}
          {row.kind === "group" && row.role !== "owner" && (
            <Item icon="exit" word="leave" danger run={then(() => (dialog.value = { is: "leave", conversation }))} />
          )}
        </>
      )}
      {page === "mute" && (
        <>
          <Item icon="clock" word="mute_hour" run={prefer({ silent_until: Date.now() + HOUR })} />
          <Item icon="clock" word="mute_eight" run={prefer({ silent_until: Date.now() + 8 * HOUR })} />
          <Item icon="clock" word="mute_tomorrow" run={prefer({ silent_until: tomorrow() })} />
          <Item icon="quiet" word="mute_forever" run={prefer({ silent_until: FOREVER })} />
        </>
      )}
      {page === "notify" &&
        (["all", "mentions", "none"] as const).map((level) => (
          <Choice key={level} word={`notify_${level}`} on={row.notify === level} run={prefer({ notify: level })} />
        ))}
      {page === "folders" &&
        settings.value.folders.map((folder) => (
          <button
            key={folder.id}
            type="button"
            role="menuitemcheckbox"
            aria-checked={inFolder(folder, conversation)}
            onClick={then(() => void put(folder, conversation, !inFolder(folder, conversation)).catch(complain))}
          >
            <Icon name={inFolder(folder, conversation) ? "check" : "folder"} size={18} /> {folder.name}
          </button>
        ))}
    </Menu>
  );
}

/** Nine o'clock of the next morning here. */
function tomorrow(): number {
  const day = new Date();
  day.setDate(day.getDate() + 1);
  return day.setHours(9, 0, 0, 0);
}

interface Act {
  readonly icon: IconName;
  readonly word: Word;
  readonly run: () => void;
  readonly more?: boolean;
  readonly danger?: boolean;
}

function Item({ icon, word, run, more = false, danger = false }: Act) {
  return (
    <button type="button" role="menuitem" class={danger ? "danger" : undefined} aria-haspopup={more ? "menu" : undefined} onClick={run}>
      <Icon name={icon} size={18} /> {t(word)}
      {more && (
        <kbd aria-hidden="true">
          <Icon name="next" size={14} />
        </kbd>
      )}
    </button>
  );
}

function Choice({ word, on, run }: { word: Word; on: boolean; run: () => void }) {
  return (
    <button type="button" role="menuitemradio" aria-checked={on} onClick={run}>
      <span class="tick">{on && <Icon name="check" size={18} />}</span> {t(word)}
    </button>
  );
}
