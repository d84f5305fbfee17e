/** The developer console: one's apps, and one of them. Its code comes when it is first opened. */

import { useEffect } from "preact/hooks";
import { developing } from "../app/layers.ts";
import { Icon } from "../parts/Icon.tsx";
import { t } from "../words/console/index.ts";
import { AppPage } from "./AppPage.tsx";
import { AppList } from "./AppList.tsx";
import "../style/console.css";

export function Console() {
  const app = developing.value;
  useEffect(() => document.querySelector<HTMLElement>(".console h1")?.focus(), [app]);
  return (
    <div class="console scroll">
      <nav class="console-back" aria-label={t("apps")}>
        <a href={app ? "#/apps" : "#/"} class="plain small">
          <Icon name="back" size={16} /> {app ? t("apps") : t("back")}
        </a>
      </nav>
      {app ? <AppPage key={app} app={app} /> : <AppList />}
    </div>
  );
}
