/** The round button with what is unread, or the panel. */

import { useEffect, useRef, useState } from "preact/hooks";
import { Panel } from "./Panel.tsx";
import type { Talk } from "./talk.ts";
import { useTalk } from "./useTalk.ts";
import type { Say } from "./words.ts";

interface Props {
  readonly talk: Talk;
  readonly say: Say;
  readonly language: string;
  /** Gives the page the means to open and close. */
  readonly bind: (show: (open: boolean) => void) => void;
}

export function Widget({ talk, say, language, bind }: Props) {
  useTalk(talk);
  const [open, setOpen] = useState(false);
  const launch = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);
  useEffect(() => bind(setOpen), [bind]);
  useEffect(() => {
    if (wasOpen.current && !open) launch.current?.focus();
    wasOpen.current = open;
  }, [open]);
  if (open) return <Panel talk={talk} say={say} language={language} close={() => setOpen(false)} />;
  const unread = talk.row?.unread ?? 0;
  return (
    <button class="launch" type="button" ref={launch} onClick={() => setOpen(true)} aria-haspopup="dialog">
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
