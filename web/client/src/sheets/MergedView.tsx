/** All messages of a merged forward, as they were said. */

import type { MessageCreated } from "@parley/sdk";
import { Body } from "../kinds/Body.tsx";
import { mergedItems } from "../kinds/Merged.tsx";
import { textOf } from "../kinds/summary.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { nameOf } from "../app/names.ts";
import { t } from "../words/sheets/index.ts";
import { full } from "../words/time.ts";

export function MergedView({ message, close }: { message: MessageCreated; close: () => void }) {
  return (
    <Dialog title={textOf(message.body, "title") || t("forwarded")} wide close={close}>
      <ol class="merged-all scroll">
        {mergedItems(message.body).map((item, at) => {
          const name = item.name || nameOf(item.sender);
          const inner: MessageCreated = { ...message, sender: item.sender, at: item.at, kind: item.kind, body: item.body, mentions: [], mentions_all: false, previews: [] };
          return (
            <li key={at}>
              <Avatar id={item.sender} name={name} size={34} />
              <div>
                <p class="who">
                  <b>{name}</b> <time>{full(item.at)}</time>
                </p>
                <Body message={inner} />
              </div>
            </li>
          );
        })}
      </ol>
    </Dialog>
  );
}
