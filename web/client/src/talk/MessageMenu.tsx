/** What can be done with a message, by menu and by key. */

import type { ConversationState, Item, MessageItem } from "@parley/sdk";
import type { Signal } from "@preact/signals";
import { client, me } from "../app/state.ts";
import { textOf } from "../kinds/summary.ts";
import { Icon, type IconName } from "../parts/Icon.tsx";
import { Menu } from "../parts/Menu.tsx";
import { t, type Word } from "../words/index.ts";
import type { About } from "./Talk.tsx";

export interface Chosen {
  readonly item: MessageItem;
  readonly anchor: { readonly x: number; readonly y: number };
}

interface Context {
  readonly row: ConversationState;
  readonly about: Signal<About | null>;
}

/** The reactions one click away. */
export const QUICK = ["👍", "❤️", "😄", "🎉", "👀", "🙏"] as const;

type Verb = "reply" | "edit" | "copy" | "recall";

const LOOKS: Readonly<Record<Verb, readonly [Word, IconName, string]>> = {
  reply: ["reply", "reply", "R"],
  edit: ["edit", "edit", "E"],
  copy: ["copy", "copy", "C"],
  recall: ["recall", "undo", ""],
};

function verbsFor({ message, state }: MessageItem, row: ConversationState): Verb[] {
  if (state !== "sent" || message.seq === 0 || message.recalled_at) return [];
  const mine = message.sender === me.value;
  const verbs: Verb[] = ["reply"];
  if (mine && message.kind === "text") verbs.push("edit");
  if (textOf(message.body)) verbs.push("copy");
  if (mine || row.role === "owner" || row.role === "admin") verbs.push("recall");
  return verbs;
}

function perform(verb: Verb, { message }: MessageItem, { about }: Context): void {
  if (verb === "reply" || verb === "edit") about.value = { is: verb, message };
  else if (verb === "copy") void navigator.clipboard.writeText(textOf(message.body));
  else void client().recall(message.conversation, message.seq).catch(() => undefined);
}

export function MessageMenu({ item, anchor, row, about, close }: Chosen & Context & { close: () => void }) {
  const { message } = item;
  const then = (run: () => void) => (): void => {
    close();
    run();
  };
  const react = (emoji: string) => () => {
    const on = !(message.reactions[emoji] ?? []).includes(me.value);
    client().react(message.conversation, message.seq, emoji, on).catch(() => undefined);
  };
  return (
    <Menu label={t("actions")} anchor={anchor} close={close}>
      <div class="quick" role="group" aria-label={t("react")}>
        {QUICK.map((emoji) => (
          <button key={emoji} type="button" role="menuitem" aria-label={t("react_with", { emoji })} onClick={then(react(emoji))}>
            {emoji}
          </button>
        ))}
      </div>
      {verbsFor(item, row).map((verb) => {
        const [word, icon, shortcut] = LOOKS[verb];
        return (
          <button key={verb} type="button" role="menuitem" onClick={then(() => perform(verb, item, { row, about }))}>
            <Icon name={icon} size={18} /> {t(word)}
            {shortcut && <kbd aria-hidden="true">{shortcut}</kbd>}
          </button>
        );
      })}
    </Menu>
  );
}

/** Keys on a focused message. True when the key meant something. */
export function keysOf(
  event: KeyboardEvent,
  item: Item | undefined,
  { row, about, chosen }: Context & { chosen: Signal<Chosen | null> },
): boolean {
  if (item?.kind !== "message" || event.ctrlKey || event.metaKey || event.altKey) return false;
  const verb = (Object.keys(LOOKS) as Verb[]).find((each) => LOOKS[each][2].toLowerCase() === event.key.toLowerCase());
  if (verb && verb !== "recall" && verbsFor(item, row).includes(verb)) {
    perform(verb, item, { row, about });
    return true;
  }
  const opens = ["Enter", "ContextMenu", "+"].includes(event.key) || (event.key === "F10" && event.shiftKey);
  if (!opens || verbsFor(item, row).length === 0) return false;
  const bubble = (event.target as HTMLElement).querySelector(".bubble")?.getBoundingClientRect();
  chosen.value = { item, anchor: { x: bubble?.left ?? 0, y: (bubble?.bottom ?? 0) + 4 } };
  return true;
}
