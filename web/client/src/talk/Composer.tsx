/** Where one writes. Its words are its own state, so that what others say never slows down a key. */

import { MAX_TEXT_CHARS, type ConversationState } from "@parley/sdk";
import { useSignal, type Signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { nameOf, titleOf } from "../app/names.ts";
import { client, drafts, setDraft } from "../app/state.ts";
import { summaryOf, textOf } from "../kinds/summary.ts";
import { Icon } from "../parts/Icon.tsx";
import { t, why } from "../words/index.ts";
import { full } from "../words/time.ts";
import { Emojis } from "./Emojis.tsx";
import { Mentions, useMentions } from "./Mentions.tsx";
import type { About } from "./Talk.tsx";
import { again, forget, takeFiles, uploads } from "./uploads.ts";

interface Props {
  readonly row: ConversationState;
  readonly about: Signal<About | null>;
}

export function Composer({ row, about }: Props) {
  const silent = silence(row);
  return (
    <footer class="composer">
      <Uploads conversation={row.conversation} />
      {silent ? <p class="hint center">{silent}</p> : <Writing row={row} about={about} />}
    </footer>
  );
}

function Writing({ row, about }: Props) {
  const id = row.conversation;
  const text = useSignal(drafts.value.get(id) ?? "");
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const emojis = useSignal<{ x: number; y: number } | null>(null);
  const mentions = useMentions(row, field, text);
  const over = [...text.value].length - MAX_TEXT_CHARS;
  const ready = text.value.trim() !== "" && over <= 0;

  useAbout(about, text, field);
  useEffect(() => () => setDraft(id, about.value?.is === "edit" ? "" : text.value), [id]);
  useLayoutEffect(() => grow(field.current), [text.value]);

  const put = (value: string): void => {
    text.value = value;
    if (value) client().startTyping(id);
    else client().stopTyping(id);
  };
  const send = (): void => {
    if (!ready) return;
    const words = text.value.trim();
    const now = about.value;
    const named = mentions.taken(words);
    text.value = "";
    about.value = null;
    setDraft(id, "");
    if (now?.is === "edit") void client().edit(id, now.message.seq, { text: words }).catch(() => undefined);
    else client().send({ conversation: id, body: { text: words }, mentions: named, ...(now ? { reply_to: now.message.seq } : {}) });
    field.current?.focus();
  };
  const key = (event: KeyboardEvent): void => {
    // While an input method composes, Enter chooses a word. Code 229 is how Safari says so after its composition ended.
    if (event.isComposing || event.keyCode === 229) return;
    if (mentions.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      send();
    } else if (event.key === "Escape" && about.value) {
      if (about.value.is === "edit") text.value = "";
      about.value = null;
    } else if (event.key === "ArrowUp" && text.value === "" && !about.value) editLast(row, about, event);
  };
  const insert = (piece: string): void => {
    const { selectionStart = text.value.length, selectionEnd = text.value.length } = field.current ?? {};
    put(text.value.slice(0, selectionStart) + piece + text.value.slice(selectionEnd));
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(selectionStart + piece.length, selectionStart + piece.length);
    });
  };
  return (
    <>
      <Subject about={about} drop={() => (text.value = about.value?.is === "edit" ? "" : text.value)} />
      <Mentions of={mentions} />
      <form
        class="writing"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <button type="button" class="quiet round" aria-label={t("attach")} title={t("attach")} onClick={() => picker.current?.click()}>
          <Icon name="attach" />
        </button>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            takeFiles(id, event.currentTarget.files);
            event.currentTarget.value = "";
          }}
        />
        <textarea
          ref={field}
          rows={1}
          value={text.value}
          placeholder={t("composer_hint")}
          aria-label={t("composer", { name: titleOf(row) })}
          aria-invalid={over > 0 || undefined}
          enterkeyhint="send"
          dir="auto"
          {...mentions.attributes}
          onInput={(event) => put(event.currentTarget.value)}
          onKeyDown={key}
          onPaste={(event) => takeFiles(id, event.clipboardData?.files)}
        />
        <button
          type="button"
          class="quiet round"
          aria-label={t("emoji")}
          title={t("emoji")}
          aria-haspopup="menu"
          onClick={(event) => {
            const { right, top } = event.currentTarget.getBoundingClientRect();
            emojis.value = { x: right - 300, y: top - 190 };
          }}
        >
          <Icon name="smile" />
        </button>
        <button type="submit" class="send round" aria-label={about.value?.is === "edit" ? t("save") : t("send")} aria-disabled={!ready}>
          <Icon name={about.value?.is === "edit" ? "check" : "send"} />
        </button>
      </form>
      {over > 0 && (
        <p class="over" role="alert">
          {t("too_long", { n: over })}
        </p>
      )}
      {emojis.value && <Emojis anchor={emojis.value} choose={insert} close={() => (emojis.value = null)} />}
    </>
  );
}

/** Reply and edit take the words and the focus. */
function useAbout(about: Signal<About | null>, text: Signal<string>, field: { current: HTMLTextAreaElement | null }): void {
  useEffect(() => {
    if (about.value?.is === "edit") text.value = textOf(about.value.message.body);
    if (about.value) field.current?.focus();
  }, [about.value]);
  useEffect(() => {
    if (matchMedia("(pointer: fine)").matches) field.current?.focus();
  }, []);
}

function Subject({ about, drop }: { about: Signal<About | null>; drop: () => void }) {
  if (!about.value) return null;
  const { is, message } = about.value;
  const close = (): void => {
    drop();
    about.value = null;
  };
  return (
    <div class="subject">
      <p>
        <b>{is === "edit" ? t("editing") : t("replying", { name: nameOf(message.sender) })}</b>
        <span>{summaryOf(message.kind, message.body)}</span>
      </p>
      <button type="button" class="quiet round small" aria-label={t("cancel")} onClick={close}>
        <Icon name="close" size={16} />
      </button>
    </div>
  );
}

function Uploads({ conversation }: { conversation: number }) {
  const mine = uploads.value.filter((each) => each.conversation === conversation);
  if (mine.length === 0) return null;
  return (
    <ul class="uploads">
      {mine.map((each) => (
        <li key={each.id}>
          <span class="title">{each.error ? t("upload_failed", { name: each.name, why: why(each.error) }) : each.name}</span>
          {each.error ? (
            <button type="button" class="link" onClick={() => again(each)}>
              {t("try_again")}
            </button>
          ) : (
            <progress value={each.share} max={1} aria-label={t("uploading", { name: each.name })} />
          )}
          <button type="button" class="quiet round small" aria-label={t("cancel")} onClick={() => forget(each.id)}>
            <Icon name="close" size={16} />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Why one may not write here, or "". */
function silence(row: ConversationState): string {
  if (row.muted_until > Date.now()) return t("muted_here", { time: full(row.muted_until) });
  const leads = row.role === "owner" || row.role === "admin";
  const closed = row.post_policy === "nobody" || (row.post_policy === "admins" && !leads);
  return row.kind === "group" && closed ? t("read_only") : "";
}

/** Arrow up in an empty field: one's own last text message. */
function editLast(row: ConversationState, about: Signal<About | null>, event: KeyboardEvent): void {
  const { me } = client();
  const own = client()
    .timeline(row.conversation)
    .getSnapshot()
    .items.flatMap((item) => (item.kind === "message" && item.state === "sent" ? [item.message] : []))
    .filter(({ sender, kind, recalled_at }) => sender === me && kind === "text" && !recalled_at);
  const message = own[own.length - 1];
  if (message === undefined) return;
  event.preventDefault();
  about.value = { is: "edit", message };
}

/** As high as its words, up to a third of the window. */
function grow(field: HTMLTextAreaElement | null): void {
  if (!field) return;
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, Math.round(innerHeight / 3))}px`;
}
