/** The frame of a paged list: waiting, trouble, nothing, and "show more". */

import type { ComponentChildren } from "preact";
import { Ghosts } from "../sidebar/Ghosts.tsx";
import { t, why } from "../words/index.ts";
import type { Paged } from "./paged.ts";

interface Props<T> {
  readonly page: Omit<Paged<T>, "remove">;
  readonly empty: ComponentChildren;
  readonly draw: (item: T) => ComponentChildren;
}

export function Listed<T>({ page: { items, error, more, reload }, empty, draw }: Props<T>) {
  if (error) {
    return (
      <div class="empty" role="alert">
        <p>{t("list_failed", { why: why(error) })}</p>
        <button type="button" class="plain" onClick={reload}>
          {t("try_again")}
        </button>
      </div>
    );
  }
  if (!items) return <Ghosts count={5} />;
  if (items.length === 0) return <div class="empty">{empty}</div>;
  return (
    <div class="scroll side-body flush">
      <ul class="cards">{items.map(draw)}</ul>
      {more && (
        <button type="button" class="quiet more" onClick={more}>
          {t("more")}
        </button>
      )}
    </div>
  );
}
