/** One app: how far it has come, what it says of itself, what was posted to it, how it fares. */

import { useEffect, useState } from "preact/hooks";
import { apps, type App } from "../door/apps.ts";
import { t, type ConsoleWord } from "../words/console/index.ts";
import { Editor } from "./Editor.tsx";
import { Log } from "./Log.tsx";
import { Overview } from "./Overview.tsx";
import { Plots } from "./Plots.tsx";
import { State } from "./State.tsx";
import { Versions } from "./Versions.tsx";
import { Waits, useLoaded } from "./loaded.tsx";
import { shownSecrets } from "./secrets.ts";

const TABS = ["overview", "manifest", "log", "usage", "versions"] as const;
type Tab = (typeof TABS)[number];

export function AppPage({ app: id }: { app: number }) {
  const [tab, turn] = useState<Tab>("overview");
  const app = useLoaded(() => apps.get(id));
  useEffect(
    () => () => {
      if (shownSecrets.value?.app === id) shownSecrets.value = null;
    },
    [],
  );
  return (
    <>
      {app.value === null && (
        <h1 class="hidden" tabIndex={-1}>
          {t("apps")}
        </h1>
      )}
      <Waits of={app}>{(found) => <Opened app={found} tab={tab} turn={turn} changed={app.set} />}</Waits>
    </>
  );
}

function Opened({ app: found, tab, turn, changed }: { app: App; tab: Tab; turn: (tab: Tab) => void; changed: (app: App) => void }) {
  const move = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!step) return;
    event.preventDefault();
    const next = TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length] ?? tab;
    turn(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <>
      <header class="console-head">
        <h1 tabIndex={-1}>{found.name}</h1>
        <State app={found} />
      </header>
      <div class="console-tabs" role="tablist" aria-label={found.name} onKeyDown={move}>
        {TABS.map((each) => (
          <button
            key={each}
            id={`tab-${each}`}
            type="button"
            role="tab"
            aria-selected={tab === each}
            aria-controls="console-panel"
            tabIndex={tab === each ? 0 : -1}
            onClick={() => turn(each)}
          >
            {t(`tab_${each}` satisfies ConsoleWord)}
          </button>
        ))}
      </div>
      <section id="console-panel" role="tabpanel" aria-labelledby={`tab-${tab}`} tabIndex={0}>
        <Panel tab={tab} app={found} changed={changed} />
      </section>
    </>
  );
}

function Panel({ tab, app, changed }: { tab: Tab; app: App; changed: (app: App) => void }) {
  switch (tab) {
    case "overview":
      return <Overview app={app} changed={changed} />;
    case "manifest":
      return <Editor app={app} changed={changed} />;
    case "log":
      return <Log app={app.id} />;
    case "usage":
      return <Plots app={app.id} />;
    case "versions":
      return <Versions app={app.id} />;
  }
}
