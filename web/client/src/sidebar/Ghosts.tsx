/** Where rows will be in a moment. */

import { t } from "../words/index.ts";

export function Ghosts({ count = 9 }: { count?: number }) {
  return (
    <div class="ghosts" role="status">
      <span class="hidden">{t("loading")}</span>
      {Array.from({ length: count }, (_, at) => (
        <div class="ghost" key={at}>
          <i />
          <span>
            <b />
            <b />
          </span>
        </div>
      ))}
    </div>
  );
}

/** For a part of the page that is being fetched. */
export function Waiting() {
  return <Ghosts count={5} />;
}
