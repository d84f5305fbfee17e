/** The heading of a pane beside the conversation, with the ways back and out. */

import { pane, type Pane } from "../app/layers.ts";
import { Icon } from "../parts/Icon.tsx";
import { t } from "../words/index.ts";

export function PaneHead({ title, back }: { title: string; back?: Pane }) {
  return (
    <header class="side-head">
      {back && (
        <button type="button" class="quiet round" aria-label={t("pane_back")} onClick={() => (pane.value = back)}>
          <Icon name="back" />
        </button>
      )}
      <h2>{title}</h2>
      <button type="button" class="quiet round" aria-label={t("close")} onClick={() => (pane.value = null)}>
        <Icon name="close" />
      </button>
    </header>
  );
}
