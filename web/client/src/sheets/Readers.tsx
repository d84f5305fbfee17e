/** Who has read a message and who has not, page by page. */

import type { MessageCreated } from "@parley/sdk";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { nameOf } from "../app/names.ts";
import { client, type Client } from "../app/state.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { Icon } from "../parts/Icon.tsx";
import { why } from "../words/index.ts";
import { t } from "../words/sheets/index.ts";
import { full } from "../words/time.ts";

type Shown = Awaited<ReturnType<Client["api"]["readers"]>>;
type Which = "read" | "unread";

export function Readers({ message, close }: { message: MessageCreated; close: () => void }) {
  const which = useSignal<Which>("read");
  const list = useSignal<Shown["people"]>([]);
  const counts = useSignal<{ read: number; unread: number } | null>(null);
  const next = useSignal("");
  const error = useSignal("");
  const load = (cursor = ""): void => {
    const asked = which.value;
    void client().api.readers(message.conversation, message.seq, asked, cursor).then(
      (page) => {
        if (asked !== which.value) return;
        list.value = cursor ? [...list.value, ...page.people] : page.people;
        counts.value = { read: page.read, unread: page.unread };
        next.value = page.next ?? "";
        client().people.want(page.people.map(({ user }) => user));
      },
      (cause: { code?: string }) => (error.value = why(cause.code ?? "internal")),
    );
  };
  useEffect(() => {
    list.value = [];
    load();
  }, [which.value]);
  const tab = (is: Which, label: string) => (
    <button type="button" role="tab" aria-selected={which.value === is} onClick={() => (which.value = is)}>
      {label}
    </button>
  );
  const confirmed = new Set(message.confirmed);
  return (
    <Dialog title={t("readers")} close={close}>
      <div class="readers">
        <div class="segments" role="tablist" aria-label={t("readers")}>
          {tab("read", t("n_read", { n: counts.value?.read ?? 0 }))}
          {tab("unread", t("n_unread", { n: counts.value?.unread ?? 0 }))}
        </div>
        {error.value && <p role="alert" class="hint center">{error.value}</p>}
        <ul class="people-list scroll" role="tabpanel" tabIndex={0} aria-label={which.value === "read" ? t("who_read") : t("who_not")}>
          {list.value.map(({ user, at = 0 }) => (
            <li key={user}>
              <Avatar id={user} name={nameOf(user)} size={32} />
              <span class="title">{nameOf(user)}</span>
              {confirmed.has(user) && <span class="badge-soft"><Icon name="check" size={13} /> {t("confirmed")}</span>}
              {at > 0 && <time class="hint">{full(at)}</time>}
            </li>
          ))}
          {counts.value && list.value.length === 0 && <li class="hint center">{which.value === "read" ? t("nobody_read") : t("everybody_read")}</li>}
        </ul>
        {next.value && (
          <button type="button" class="quiet more" onClick={() => load(next.value)}>
            {t("more")}
          </button>
        )}
      </div>
    </Dialog>
  );
}
