/** The page: where to look, what is there, the conversation, what is beside it, and what lies above. */

import { useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Rail } from "../sidebar/Rail.tsx";
import { Sidebar } from "../sidebar/Sidebar.tsx";
import { lazy } from "../parts/lazy.tsx";
import { t } from "../words/index.ts";
import { Banner } from "./Banner.tsx";
import { Layers } from "./Layers.tsx";
import { developing, dialog, pane } from "./layers.ts";
import { settings } from "./settings.ts";
import { listen, printed } from "./shortcuts.ts";
import { announcement, inbox, row, selected } from "./state.ts";
import { Side } from "./Side.tsx";
import { Toast } from "./Toast.tsx";
import { Update } from "./Update.tsx";

/** Asked for at once, beside the rest: the list of conversations can be used before it is there. */
const talk = import("../talk/Talk.tsx");
const Talk = lazy(async () => (await talk).Talk);
const Console = lazy(async () => (await import("../console/Console.tsx")).Console);

export function App() {
  useEffect(() => listen(() => settings.value.single_key_shortcuts), []);
  useSignalEffect(() => {
    document.documentElement.dataset.density = settings.value.density;
  });
  const classes = ["app", (selected.value || developing.value >= 0) && "talking", pane.value && "beside"].filter(Boolean).join(" ");
  return (
    <div class={classes}>
      <Banner />
      <Rail />
      <Sidebar />
      <main>
        <Main />
      </main>
      <Side />
      <Layers />
      <Toast />
      <Update />
      <p class="hidden" role="status" aria-live="polite">
        {announcement.value}
      </p>
    </div>
  );
}

function Main() {
  if (developing.value >= 0) return <Console />;
  if (row.value) return <Talk key={row.value.conversation} row={row.value} />;
  if (selected.value && inbox.value.ready) return <Gone />;
  return (
    <div class="nothing">
      <img src="/static/pages/mark.svg" alt="" width={72} height={72} />
      <h1>{t("pick")}</h1>
      <p>{t("pick_hint")}</p>
      <p class="nothing-keys">
        <button type="button" class="plain" onClick={() => (dialog.value = { is: "switcher" })}>
          {t("k_switcher")} <Keys keys="Mod+K" />
        </button>
        <button type="button" class="plain" onClick={() => (dialog.value = { is: "shortcuts" })}>
          {t("k_help")} <Keys keys="?" />
        </button>
      </p>
    </div>
  );
}

/** A link to a conversation that is not mine. */
function Gone() {
  return (
    <div class="nothing">
      <h1>{t("gone")}</h1>
      <p>{t("gone_hint")}</p>
      <a class="plain" href="#/">
        {t("back")}
      </a>
    </div>
  );
}

function Keys({ keys }: { keys: string }) {
  return (
    <span class="keys">
      {printed(keys).map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </span>
  );
}
