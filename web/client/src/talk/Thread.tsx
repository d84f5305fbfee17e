/** A thread beside its conversation: the first message, the replies, and a composer of its own. */

import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { pane, toast } from "../app/layers.ts";
import { titleOf } from "../app/names.ts";
import { client, inbox } from "../app/state.ts";
import { Composer } from "../compose/Composer.tsx";
import { Icon } from "../parts/Icon.tsx";
import { useStore } from "../parts/useStore.ts";
import { t, why } from "../words/index.ts";
import { MessageList } from "./MessageList.tsx";
import { PickBar } from "./PickBar.tsx";
import { newPlace } from "./place.ts";
import { Dropping } from "./Talk.tsx";

interface Props {
  readonly conversation: number;
  readonly root: number;
}

export function Thread({ conversation, root }: Props) {
  const row = useComputed(() => inbox.value.rows.find((each) => each.conversation === conversation)).value;
  return row ? <Opened conversation={conversation} root={root} /> : null;
}

function Opened({ conversation, root }: Props) {
  const held = useSignal(inbox.peek().rows.find((each) => each.conversation === conversation));
  const row = useComputed(() => {
    const now = inbox.value.rows.find((each) => each.conversation === conversation) ?? held.peek();
    if (now === undefined) throw new Error("a thread of no conversation");
    return now;
  });
  const place = useMemo(() => newPlace(row, root), [row, root]);
  const timeline = client().thread(conversation, root);
  useEffect(() => void timeline.load(), [timeline]);
  const title = titleOf(row.value);
  return (
    <Dropping place={place} label={t("thread_of", { name: title })}>
      <header class="side-head">
        <div class="talk-title">
          <h2>{t("thread")}</h2>
          <p class="beneath">{title}</p>
        </div>
        <Follow conversation={conversation} root={root} />
        <button type="button" class="quiet round" aria-label={t("close_thread")} title={t("close_thread")} onClick={() => (pane.value = null)}>
          <Icon name="close" />
        </button>
      </header>
      <MessageList place={place} timeline={timeline} />
      {place.picked.value ? <PickBar place={place} /> : <Composer place={place} />}
    </Dropping>
  );
}

function Follow({ conversation, root }: Props) {
  const { threads } = client();
  useStore(threads);
  const on = threads.follows(conversation, root) ?? false;
  const change = (): void => {
    threads.follow(conversation, root, !on).catch((cause: { code?: string }) => (toast.value = { text: t("not_done", { why: why(cause.code ?? "internal") }) }));
  };
  return (
    <button type="button" class="plain follow" aria-pressed={on} onClick={change}>
      <Icon name={on ? "check" : "bell"} size={16} /> {t(on ? "following" : "follow")}
    </button>
  );
}
