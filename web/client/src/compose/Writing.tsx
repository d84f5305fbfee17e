/** The field with its buttons: words, choosing while writing, files, emojis, voice, urgency. */

import { MAX_TEXT_CHARS } from "@parley/sdk";
import { useComputed, useSignal, type Signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { nameOf, titleOf } from "../app/names.ts";
import { client, me } from "../app/state.ts";
import { summaryOf, textOf } from "../kinds/summary.ts";
import { Icon } from "../parts/Icon.tsx";
import { lazy } from "../parts/lazy.tsx";
import { Emojis } from "../talk/Emojis.tsx";
import { sheet, type Place } from "../talk/place.ts";
import { INTIMATE } from "../talk/verbs.ts";
import { t } from "../words/index.ts";
import { commandSource } from "./commands.ts";
import { useCompletion } from "./complete.ts";
import { Completions } from "./Completions.tsx";
import { emojiSource } from "./emojis.ts";
import { here, takeFiles } from "./files.ts";
import { isComposing, sends } from "./keys.ts";
import { Mentions } from "./people.ts";
import { utter, utterLater } from "./sending.ts";
import { Tools } from "./Tools.tsx";

const Recorder = lazy<{ place: Place; close: () => void }>(() => import("../voice/Recorder.tsx").then(({ Recorder: component }) => component));

export function Writing({ place }: { place: Place }) {
  const { about, root } = place;
  const id = place.row.peek().conversation;
  const text = useSignal(draftOf(id, root));
  const urgent = useSignal(false);
  const sure = useSignal(false);
  const answer = useSignal("");
  const recording = useSignal(false);
  const emojis = useSignal<{ x: number; y: number } | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const mentions = useMemo(() => new Mentions(() => place.row.peek()), [place]);
  const sources = useMemo(() => [...(root ? [] : [commandSource]), mentions.source, emojiSource], [mentions]);
  const editing = about.value?.is === "edit";
  const over = [...text.value].length - MAX_TEXT_CHARS;
  const staged = here(id, root).some(({ sent }) => !sent);
  const ready = (text.value.trim() !== "" || (staged && !editing)) && over <= 0;
  const title = useComputed(() => titleOf(place.row.value)).value;
  const mayUrge = useComputed(() => place.row.value.kind === "direct" || (place.row.value.kind === "group" && place.row.value.member_count <= INTIMATE)).value;

  const put = (value: string, cursor = -1): void => {
    text.value = value;
    sure.value = false;
    if (about.peek()?.is !== "edit") client().drafts.set(id, value, { thread_root: root, reply_to: about.peek()?.message.seq ?? 0 });
    if (value && !root) client().startTyping(id);
    else client().stopTyping(id);
    if (cursor < 0) return;
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(cursor, cursor);
    });
  };
  const completing = useCompletion(sources, field, text, put);
  useTakingOver(place, text, put, mentions, field);
  useDraft(place, text);
  useLayoutEffect(() => grow(field.current), [text.value]);

  const send = (): void => {
    if (!ready) return;
    const words = text.value.trim();
    if (mentions.taken(words).all && !sure.value) {
      sure.value = true; // asked once more: everybody's telephone would ring
      return;
    }
    const now = about.value;
    put("");
    about.value = null;
    answer.value = "";
    const said = { words, about: now, urgent: urgent.value };
    urgent.value = false;
    void utter(place, mentions, said).then((only) => (answer.value = only));
    field.current?.focus();
  };
  const later = (): void => {
    const said = { words: text.value.trim(), about: about.value, urgent: false };
    const at = (moment: number): void => {
      void utterLater(place, mentions, said, moment).then((done) => {
        if (!done || text.value.trim() !== said.words) return;
        put("");
        about.value = null;
      });
    };
    sheet.value = { is: "when", what: "send", choose: at };
  };
  const key = (event: KeyboardEvent): void => {
    if (isComposing(event) || completing.key(event)) return;
    if (sends(event)) {
      event.preventDefault();
      send();
    } else if (event.key === "Escape" && (about.value || sure.value || answer.value)) {
      if (editing) text.value = draftOf(id, root);
      about.value = null;
      sure.value = false;
      answer.value = "";
      event.stopPropagation();
    } else if (event.key === "ArrowUp" && text.value === "" && !about.value) editLast(place, event);
  };
  const insert = (piece: string): void => {
    const { selectionStart = text.value.length, selectionEnd = text.value.length } = field.current ?? {};
    put(text.value.slice(0, selectionStart) + piece + text.value.slice(selectionEnd), selectionStart + piece.length);
  };
  if (recording.value) return <Recorder place={place} close={() => (recording.value = false)} />;
  return (
    <>
      <Completions of={completing} />
      <Subject place={place} drop={() => editing && (text.value = draftOf(id, root))} />
      {answer.value && <Answer text={answer.value} close={() => (answer.value = "")} />}
      {sure.value && <Sure place={place} yes={send} no={() => (sure.value = false)} />}
      <form
        class={urgent.value ? "writing urging" : "writing"}
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <textarea
          ref={field}
          rows={1}
          value={text.value}
          placeholder={root ? t("reply_hint") : t("composer_hint", { name: title })}
          aria-label={root ? t("composer_thread") : t("composer", { name: title })}
          aria-invalid={over > 0 || undefined}
          enterkeyhint="send"
          dir="auto"
          {...completing.attributes}
          onInput={(event) => put(event.currentTarget.value)}
          onKeyDown={key}
          onBlur={completing.close}
          onPaste={(event) => {
            const files = event.clipboardData?.files;
            if (!files?.length) return;
            event.preventDefault();
            takeFiles(id, root, files);
          }}
        />
        <Tools
          editing={editing}
          ready={ready}
          urgent={mayUrge && !editing ? urgent : null}
          choose={(files) => takeFiles(id, root, files)}
          mention={place.row.peek().kind === "group" ? () => insert("@") : null}
          emojis={(anchor) => (emojis.value = anchor)}
          record={() => (recording.value = true)}
          later={!editing && !staged && ready ? later : null}
        />
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

function draftOf(conversation: number, root: number): string {
  return client().drafts.get(conversation, root)?.text ?? "";
}

/** What another device writes here stands here too, unless a message is being edited. */
function useDraft({ row, root, about }: Place, text: Signal<string>): void {
  useEffect(() => {
    const { conversation } = row.peek();
    const take = (): void => {
      if (about.peek()?.is !== "edit") text.value = draftOf(conversation, root);
    };
    take();
    return client().drafts.subscribe(take);
  }, [root]);
}

/** Reply and edit take the words and the focus; others may put words in. */
function useTakingOver(place: Place, text: Signal<string>, put: (value: string, cursor: number) => void, mentions: Mentions, field: { current: HTMLTextAreaElement | null }): void {
  const { about, words } = place;
  useEffect(() => {
    const now = about.value;
    if (now?.is === "edit") {
      text.value = textOf(now.message.body);
      mentions.remember(now.message.mentions, now.message.mentions_all);
    }
    if (now) field.current?.focus();
  }, [about.value]);
  useEffect(() => {
    if (!words.value) return;
    put(words.value, words.value.length);
    words.value = "";
  }, [words.value]);
  useEffect(() => {
    if (matchMedia("(pointer: fine)").matches) field.current?.focus();
  }, []);
}

function Subject({ place: { about }, drop }: { place: Place; drop: () => void }) {
  if (!about.value) return null;
  const { is, message } = about.value;
  const close = (): void => {
    drop();
    about.value = null;
  };
  return (
    <div class="subject">
      <Icon name={is === "edit" ? "edit" : "reply"} size={16} />
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

function Answer({ text, close }: { text: string; close: () => void }) {
  return (
    <div class="answer" role="status">
      <p>
        <span class="hint">{t("only_you")}</span>
        {text}
      </p>
      <button type="button" class="quiet round small" aria-label={t("close")} onClick={close}>
        <Icon name="close" size={16} />
      </button>
    </div>
  );
}

function Sure({ place, yes, no }: { place: Place; yes: () => void; no: () => void }) {
  return (
    <div class="sure" role="alert">
      <p>{t("everybody_sure", { n: place.row.peek().member_count })}</p>
      <button type="button" class="plain" onClick={no}>
        {t("cancel")}
      </button>
      <button type="button" class="button small" onClick={yes}>
        {t("send_anyway")}
      </button>
    </div>
  );
}

/** Arrow up in an empty field: one's own last text message. */
function editLast(place: Place, event: KeyboardEvent): void {
  const own = client()
    .timeline(place.row.peek().conversation)
    .getSnapshot()
    .items.flatMap((item) => (item.kind === "message" && item.state === "sent" ? [item.message] : []))
    .filter(({ sender, kind, recalled_at, thread_root }) => sender === me.value && kind === "text" && !recalled_at && thread_root === place.root);
  const message = own[own.length - 1];
  if (message === undefined) return;
  event.preventDefault();
  place.about.value = { is: "edit", message };
}

/** As high as its words, up to a third of the window. */
function grow(field: HTMLTextAreaElement | null): void {
  if (!field) return;
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, Math.round(innerHeight / 3))}px`;
}
