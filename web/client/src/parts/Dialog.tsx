/** A modal dialog of the platform: focus stays inside, Escape closes, focus goes back to where it was. */

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../words/index.ts";
import { Icon } from "./Icon.tsx";

interface Props {
  readonly title: string;
  readonly wide?: boolean;
  readonly large?: boolean;
  readonly close: () => void;
  readonly children: ComponentChildren;
}

export function Dialog({ title, wide = false, large = false, close, children }: Props) {
  const box = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    box.current?.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  // Escape closes this dialog and nothing behind it; the platform does it, so the page must not take the key.
  const own = (event: KeyboardEvent): void => {
    if (event.key === "Escape") event.stopPropagation();
  };
  const outside = (event: MouseEvent): void => {
    if (event.target === box.current) close();
  };
  return (
    <dialog ref={box} class={`dialog${wide ? " wide" : ""}${large ? " large" : ""}`} aria-labelledby="dialog-title" onClose={close} onKeyDown={own} onMouseDown={outside}>
      <div class="dialog-box">
        <header>
          <h2 id="dialog-title">{title}</h2>
          <button type="button" class="quiet round" aria-label={t("close")} onClick={close}>
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
