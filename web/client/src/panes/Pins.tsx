/** What was pinned in a conversation, for everybody. */

import { useEffect } from "preact/hooks";
import type { MessageCreated } from "@parley/sdk";
import { client } from "../app/state.ts";
import { groups } from "../door/groups.ts";
import { Icon } from "../parts/Icon.tsx";
import { t } from "../words/dialogs/index.ts";
import { Listed } from "./Listed.tsx";
import { MessageCard } from "./MessageCard.tsx";
import { PaneHead } from "./PaneHead.tsx";
import { usePaged } from "./paged.ts";

export function Pins({ conversation }: { conversation: number }) {
  const page = usePaged<MessageCreated>(String(conversation), async (cursor) => {
    const { messages, next } = await groups.pins(conversation, cursor);
    return { items: messages, next };
  });
  useEffect(
    () =>
      client().events.on((event) => {
        if ((event.type === "message.pinned" || event.type === "message.unpinned") && event.conversation === conversation) page.reload();
      }),
    [conversation],
  );
  return (
    <>
      <PaneHead title={t("pane_pins")} back={{ is: "details", conversation }} />
      <Listed
        page={page}
        empty={
          <>
            <Icon name="pin" size={32} />
            <p>{t("pins_none")}</p>
            <p class="hint">{t("pins_hint")}</p>
          </>
        }
        draw={(message) => <MessageCard key={message.seq} message={message} />}
      />
    </>
  );
}
