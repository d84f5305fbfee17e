/** What I kept for later; nobody else sees it. */

import { useEffect } from "preact/hooks";
import type { MessageCreated } from "@parley/sdk";
import { complain } from "../app/actions.ts";
import { client } from "../app/state.ts";
import { mine } from "../door/mine.ts";
import { Icon } from "../parts/Icon.tsx";
import { t } from "../words/dialogs/index.ts";
import { Later } from "./Later.tsx";
import { Listed } from "./Listed.tsx";
import { MessageCard } from "./MessageCard.tsx";
import { usePaged } from "./paged.ts";

export function Saved() {
  const page = usePaged<MessageCreated>("saved", async (cursor) => {
    const { messages, next } = await mine.saved(cursor);
    client().people.want(messages.map(({ sender }) => sender));
    return { items: messages, next };
  });
  useEffect(() => client().events.on((event) => event.type === "saved.changed" && page.reload()), []);
  const drop = (message: MessageCreated): void => {
    page.remove(message);
    mine.unsave(message.conversation, message.seq).catch((cause: unknown) => {
      complain(cause);
      page.reload();
    });
  };
  return (
    <>
      <Later />
      <Listed
        page={page}
        empty={
          <>
            <Icon name="bookmark" size={32} />
            <p>{t("saved_none")}</p>
            <p class="hint">{t("saved_hint")}</p>
          </>
        }
        draw={(message) => (
          <MessageCard key={`${message.conversation}-${message.seq}`} message={message} where>
            <button type="button" class="quiet round small" aria-label={t("unsave")} title={t("unsave")} onClick={() => drop(message)}>
              <Icon name="check" size={16} />
            </button>
          </MessageCard>
        )}
      />
    </>
  );
}
