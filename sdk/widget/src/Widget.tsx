/** The round button with what is unread, or the panel. */

import { Component } from "preact";
import { Panel } from "./Panel.tsx";
import type { Talk } from "./talk.ts";
import type { Say } from "./words.ts";

interface Props {
  readonly talk: Talk;
  readonly say: Say;
  readonly language: string;
}

export class Widget extends Component<Props, { readonly open: boolean }> {
  override state = { open: false };
  private launch: HTMLButtonElement | null = null;
  private unsubscribe: () => void = () => undefined;

  override componentDidMount(): void {
    this.unsubscribe = this.props.talk.subscribe(() => this.forceUpdate());
  }

  override componentWillUnmount(): void {
    this.unsubscribe();
  }

  /** Opens or closes; the focus goes where the reader is. */
  show(open: boolean): void {
    const { open: before } = this.state;
    this.setState({ open }, () => {
      if (before && !open) this.launch?.focus();
    });
  }

  override render({ talk, say, language }: Props) {
    if (this.state.open) {
      return <Panel talk={talk} say={say} language={language} close={() => this.show(false)} />;
    }
    const unread = talk.row?.unread ?? 0;
    return (
      <button
        class="launch"
        type="button"
        ref={(launch) => void (this.launch = launch)}
        onClick={() => this.show(true)}
        aria-haspopup="dialog"
      >
        <span class="hidden">
          {say("open")}
          {unread > 0 && `, ${say("unread", { n: unread })}`}
        </span>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M4 5h16v11H9l-5 4z" />
        </svg>
        {unread > 0 && (
          <span class="badge" aria-hidden="true">
            {unread > 99 ? "99+" : unread}
          </span>
        )}
      </button>
    );
  }
}
