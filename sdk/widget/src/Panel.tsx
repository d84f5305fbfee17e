/** The open panel: whom one talks with, how the connection is, the messages, the field to write in. */

import type { ConnectionSnapshot } from "@parley/sdk";
import { Component } from "preact";
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

export class Panel extends Component<Props> {
  override componentDidMount(): void {
    this.props.talk.look();
  }

  override componentWillUnmount(): void {
    this.props.talk.lookAway();
  }

  override render({ talk, say, language, close }: Props) {
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
        <Composer talk={talk} say={say} />
      </section>
    );
  }
}

interface PartProps {
  readonly talk: Talk;
  readonly say: Say;
}

/** Counts the seconds to the next try while there is trouble. */
class Banner extends Component<PartProps> {
  private timer = 0;

  override componentDidMount(): void {
    this.timer = setInterval(() => {
      if (!this.props.talk.client.connection.online) this.forceUpdate();
    }, 500);
  }

  override componentWillUnmount(): void {
    clearInterval(this.timer);
  }

  override render({ talk, say }: PartProps) {
    const { state, retryAt, troubleSince }: ConnectionSnapshot = talk.client.connection.getSnapshot();
    if (state === "closed") {
      return (
        <div class="banner" role="alert">
          {say("refused")}
        </div>
      );
    }
    const now = Date.now();
    if (state === "online" || state === "idle" || now - troubleSince < TROUBLE_MS) return null;
    const connecting = state === "connecting";
    return (
      <div class="banner" role="status">
        {connecting ? say("connecting") : say("retry", { seconds: Math.max(1, Math.ceil((retryAt - now) / 1000)) })}
        {!connecting && (
          <button type="button" onClick={() => talk.client.connection.connect()}>
            {say("retry_now")}
          </button>
        )}
      </div>
    );
  }
}

class Composer extends Component<PartProps, { readonly text: string }> {
  override state = { text: "" };
  private field: HTMLTextAreaElement | null = null;

  override componentDidMount(): void {
    this.field?.focus();
  }

  private get ready(): boolean {
    return this.props.talk.conversation > 0 && this.state.text.trim() !== "";
  }

  private readonly send = (event: Event): void => {
    event.preventDefault();
    if (!this.ready) return;
    this.props.talk.say(this.state.text.trim());
    this.setState({ text: "" });
    this.field?.focus();
  };

  override render({ talk, say }: PartProps) {
    return (
      <form onSubmit={this.send}>
        <textarea
          ref={(field) => void (this.field = field)}
          rows={1}
          maxLength={10000}
          aria-label={say("write")}
          placeholder={say("write")}
          value={this.state.text}
          onInput={(event) => {
            this.setState({ text: event.currentTarget.value });
            if (talk.conversation > 0) talk.client.startTyping(talk.conversation);
          }}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === COMPOSING) return;
            this.send(event);
          }}
        />
        <button class="send" type="submit" disabled={!this.ready}>
          {say("send")}
        </button>
      </form>
    );
  }
}
