/** Passing messages on: to several conversations at once, one by one or as one, with a word of one's own. */

import type { ConversationState, MessageCreated } from "@parley/sdk";
import { useComputed, useSignal } from "@preact/signals";
import { toast } from "../app/layers.ts";
import { nameOf, titleOf } from "../app/names.ts";
import { client, inbox, people } from "../app/state.ts";
import { summaryOf } from "../kinds/summary.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { t } from "../words/sheets/index.ts";

interface Props {
  readonly source: number;
  readonly messages: readonly MessageCreated[];
  /** Called when something was forwarded. */
  readonly done?: (() => void) | undefined;
  readonly close: () => void;
}

const SHOWN = 60;
/** Conversations that one may forward to at once. */
const MOST = 10;

export function Forward({ source, messages, done, close }: Props) {
  const query = useSignal("");
  const chosen = useSignal<ReadonlySet<number>>(new Set());
  const merged = useSignal(messages.length > 1);
  const comment = useSignal("");
  const busy = useSignal(false);
  const rows = useComputed(() => inbox.value.rows.filter((row) => mayPost(row) && matches(row, query.value)).slice(0, SHOWN));
  const toggle = (id: number): void => {
    const next = new Set(chosen.value);
    if (!next.delete(id) && next.size < MOST) next.add(id);
    chosen.value = next;
  };
  const send = async (): Promise<void> => {
    busy.value = true;
    const seqs = messages.map(({ seq }) => seq).sort((a, b) => a - b);
    const tried = await Promise.allSettled([...chosen.value].map((id) => client().api.forward(id, { source, messages: seqs, merged: merged.value, comment: comment.value.trim() })));
    busy.value = false;
    const lost = tried.filter(({ status }) => status === "rejected").length;
    toast.value = { text: lost > 0 ? t("forward_failed", { n: lost }) : t("forward_done", { n: tried.length }) };
    if (lost === tried.length) return;
    close();
    done?.();
  };
  return (
    <Dialog title={messages.length > 1 ? t("forward_n", { n: messages.length }) : t("forward_one")} close={close}>
      <div class="forward">
        <input type="search" placeholder={t("find_conversation")} aria-label={t("find_conversation")} value={query.value} onInput={(event) => (query.value = event.currentTarget.value)} />
        <ul class="forward-list scroll" tabIndex={-1}>
          {rows.value.map((row) => (
            <li key={row.conversation}>
              <label>
                <input type="checkbox" checked={chosen.value.has(row.conversation)} onChange={() => toggle(row.conversation)} />
                <Avatar id={row.peer || row.conversation} name={titleOf(row)} kind={row.kind} size={32} />
                <span class="title">{titleOf(row)}</span>
              </label>
            </li>
          ))}
          {rows.value.length === 0 && <li class="hint center">{t("nothing_found")}</li>}
        </ul>
        {messages.length > 1 ? (
          <fieldset class="segments">
            <legend class="hidden">{t("forward_how")}</legend>
            <label class={merged.value ? "on" : ""}>
              <input type="radio" name="how" checked={merged.value} onChange={() => (merged.value = true)} /> {t("forward_merged")}
            </label>
            <label class={merged.value ? "" : "on"}>
              <input type="radio" name="how" checked={!merged.value} onChange={() => (merged.value = false)} /> {t("forward_singly")}
            </label>
          </fieldset>
        ) : null}
        <div class="forward-what" aria-hidden="true">
          {messages.slice(0, 3).map((each) => (
            <p key={each.seq}>
              <b>{nameOf(each.sender)}</b> {summaryOf(each.kind, each.body)}
            </p>
          ))}
        </div>
        <input type="text" class="field" maxLength={2000} placeholder={t("add_comment")} aria-label={t("add_comment")} value={comment.value} onInput={(event) => (comment.value = event.currentTarget.value)} />
        <button type="button" class="button" disabled={chosen.value.size === 0 || busy.value} onClick={() => void send()}>
          {t("forward_to", { n: chosen.value.size })}
        </button>
      </div>
    </Dialog>
  );
}

function mayPost({ kind, post_policy, role }: ConversationState): boolean {
  return kind !== "group" || post_policy === "all" || (post_policy === "admins" && role !== "member");
}

function matches(row: ConversationState, query: string): boolean {
  const wanted = query.trim().toLowerCase();
  const person = people.value.get(row.peer);
  return [titleOf(row), person?.username ?? "", ...(person?.initials.split(" ") ?? [])].some((each) => each.toLowerCase().includes(wanted));
}
