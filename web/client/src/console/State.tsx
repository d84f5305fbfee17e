/** How far an app has come. */

import type { App } from "../door/apps.ts";
import { t } from "../words/console/index.ts";

export function State({ app }: { app: App }) {
  const at = app.state === "approved" && app.installation ? "installed" : app.state;
  return <span class={`console-state ${at}`}>{t(`state_${at}`)}</span>;
}
