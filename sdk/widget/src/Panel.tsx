/** The open panel: whom one talks with, how the connection is, the messages, the field to write in. */

import type { ConnectionSnapshot } from "@parley/sdk";
import { useEffect, useRef, useState } from "preact/hooks";
import { Rows } from "./Rows.tsx";
import type { Talk } from "./talk.ts";
import type { Say } from "./words.ts";

interface Props {
  readonly talk: Talk;
  readonly say: Say;
  readonly language: string;
  readonly close: () => void;
}

/** A drop shorter than this is nobody's business. */
const TROUBLE_MS = 2_000;
/** `keyCode` of a key that an input method is composing with, where `isComposing` is not set. */
const COMPOSING = 229;

export function Panel({ talk, say, language, close }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    talk.look();
    field.current?.focus();
    return () => talk.lookAway();
  }, [talk]);
  const row = talk.row;
  const title = row?.kind === "direct" ? talk.person(row.peer)?.name : row?.title;
  const typing = talk.client.typing.getSnapshot().get(talk.conversation)?.[0];

  return (
    <section
      class="panel"
      role="dialog"
      aria-label={title || say("messages")}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.isComposing) close();
      }}
    >
      <header>
        <h2>{title ?? say("connecting")}</h2>
        <button class="icon" type="button" onClick={close} aria-label={say("close")}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M6 6l12 12M18 6L6 18" />
          </svg>
        </button>
      </header>
      <Banner talk={talk} say={say} />
      <Rows talk={talk} say={say} language={language} />
      <div class="typing" aria-hidden="true">
        {typing !== undefined && say("typing", { name: talk.person(typing)?.name ?? "…" })}
      </div>
      <Composer talk={talk} say={say} field={field} />
    </section>
  );
}

function Banner({ talk, say }: { readonly talk: Talk; readonly say: Say }) {
  const [now, setNow] = useState(Date.now());
  const { state, retryAt, troubleSince }: ConnectionSnapshot = talk.client.connection.getSnapshot();
  const trouble = state !== "online" && state !== "idle";
  useEffect(() => {
    if (!trouble) return;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [trouble]);
  if (!trouble) return null;
  if (state === "closed") return <div class="banner" role="alert">{say("refused")}</div>;
  if (now - troubleSince < TROUBLE_MS) return null;
  const seconds = Math.max(1, Math.ceil((retryAt - now) / 1000));
  return (
    <div class="banner" role="status">
      {state === "connecting" ? say("connecting") : say("retry", { seconds })}
      {state !== "connecting" && (
        <button type="button" onClick={() => talk.client.connection.connect()}>
          {say("retry_now")}
        </button>
      )}
    </div>
  );
}

interface ComposerProps {
  readonly talk: Talk;
  readonly say: Say;
  readonly field: { current: HTMLTextAreaElement | null };
}

function Composer({ talk, say, field }: ComposerProps) {
  const [text, setText] = useState("");
  const ready = talk.conversation > 0 && text.trim() !== "";
  const send = (): void => {
    if (!ready) return;
    talk.say(text.trim());
    setText("");
    field.current?.focus();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={field}
        rows={1}
        maxLength={10000}
        aria-label={say("write")}
        placeholder={say("write")}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          if (talk.conversation > 0) talk.client.startTyping(talk.conversation);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === COMPOSING) return;
          event.preventDefault();
          send();
        }}
      />
      <button class="send" type="submit" disabled={!ready}>
        {say("send")}
      </button>
    </form>
  );
}
