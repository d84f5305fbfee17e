/** The threads I follow, the one with the last reply first; when asked only those with something new. */

import type { FollowedThread } from "@parley/sdk/browser";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { complain } from "../app/actions.ts";
import { nameOf, titleOf } from "../app/names.ts";
import { go } from "../app/route.ts";
import { client, inbox, people, threads } from "../app/state.ts";
import { summaryOf } from "../kinds/summary.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Icon } from "../parts/Icon.tsx";
import { t } from "../words/dialogs/index.ts";
import { brief } from "../words/time.ts";
import { Listed } from "./Listed.tsx";

export function Threads() {
  const unread = useSignal(false);
  const error = useSignal("");
  const load = (): void => {
    error.value = "";
    client().threads.load().catch(({ code = "internal" }: { code?: string }) => (error.value = code));
  };
  useEffect(load, []);
  const { ready, more, threads: all } = threads.value;
  useEffect(() => client().people.want(all.flatMap(({ root }) => [root.sender, ...root.thread_people])), [all]);
  const items = unread.value ? all.filter((each) => each.unread > 0) : all;
  return (
    <>
      <div class="filters" role="group" aria-label={t("filters")}>
        {[false, true].map((each) => (
          <button key={String(each)} type="button" aria-pressed={unread.value === each} onClick={() => (unread.value = each)}>
            {t(each ? "filter_unread" : "filter_all")}
          </button>
        ))}
      </div>
      <Listed
        page={{
          items: ready ? items : null,
          error: ready ? "" : error.value,
          more: more ? () => void client().threads.loadMore().catch(complain) : null,
          reload: load,
        }}
        empty={
          <>
            <Icon name="threads" size={32} />
            <p>{t("threads_none")}</p>
            <p class="hint">{t("threads_hint")}</p>
          </>
        }
        draw={(entry) => <ThreadRow key={`${entry.conversation}-${entry.root.seq}`} entry={entry} />}
      />
    </>
  );
}

function ThreadRow({ entry: { conversation, root, unread, last_at } }: { entry: FollowedThread }) {
  const row = inbox.value.rows.find((each) => each.conversation === conversation);
  return (
    <li class="message-card">
      <a
        class="result"
        href={`#/c/${conversation}/t/${root.seq}`}
        onClick={(event) => {
          event.preventDefault();
          go(conversation, 0, root.seq);
        }}
      >
        <Avatar id={root.sender} name={nameOf(root.sender)} size={34} file={people.value.get(root.sender)?.avatar} />
        <span class="message-card-text">
          <span class="line">
            <span class="title">{row ? titleOf(row) : nameOf(root.sender)}</span>
            <time>{brief(last_at || root.at, Date.now())}</time>
          </span>
          <span class="preview two">
            {root.recalled_at ? t("recalled", { name: nameOf(root.sender) }) : t("said", { name: nameOf(root.sender), text: summaryOf(root.kind, root.body) })}
          </span>
          <span class="line">
            <span class="hint">{t("replies", { n: root.thread_count })}</span>
            {unread > 0 && (
              <span class="badge">
                <span aria-hidden="true">{unread}</span>
                <span class="hidden">{t("unread", { n: unread })}</span>
              </span>
            )}
          </span>
        </span>
      </a>
    </li>
  );
}
