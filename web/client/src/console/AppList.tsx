/** One's apps, those that wait for a review, and making one: from a name or from a Slack manifest. */

import { useState } from "preact/hooks";
import { apps, type App, type Manifest } from "../door/apps.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { Icon } from "../parts/Icon.tsx";
import { t } from "../words/console/index.ts";
import { Waits, said, useLoaded } from "./loaded.tsx";
import { State } from "./State.tsx";
import { shownSecrets } from "./secrets.ts";

export function AppList() {
  const [making, make] = useState<"" | "new" | "import">("");
  const mine = useLoaded(() => apps.list("mine"));
  return (
    <>
      <header class="console-head">
        <div>
          <h1 tabIndex={-1}>{t("apps")}</h1>
          <p class="hint">{t("apps_hint")}</p>
        </div>
        <span class="console-buttons">
          <button type="button" class="plain" onClick={() => make("import")}>
            {t("app_import")}
          </button>
          <button type="button" class="button" onClick={() => make("new")}>
            {t("app_new")}
          </button>
        </span>
      </header>
      <Waits of={mine}>
        {({ apps: found, reviewer }) => (
          <>
            {found.length === 0 && (
              <div class="console-none">
                <Icon name="code" size={40} />
                <p>
                  <b>{t("apps_none")}</b>
                </p>
                <p>{t("apps_none_hint")}</p>
              </div>
            )}
            <Rows apps={found} label={t("apps")} />
            {reviewer && <Waiting />}
          </>
        )}
      </Waits>
      {making === "new" && <NewApp close={() => make("")} />}
      {making === "import" && <Import close={() => make("")} />}
    </>
  );
}

function Waiting() {
  const waiting = useLoaded(() => apps.list("waiting"));
  if (waiting.value?.apps.length === 0) return null;
  return (
    <section class="console-part">
      <h2>{t("apps_waiting")}</h2>
      <Waits of={waiting}>{({ apps: found }) => <Rows apps={found} label={t("apps_waiting")} />}</Waits>
    </section>
  );
}

function Rows({ apps: found, label }: { apps: readonly App[]; label: string }) {
  if (found.length === 0) return null;
  return (
    <ul class="console-list" aria-label={label}>
      {found.map((app) => (
        <li key={app.id}>
          <a href={`#/apps/${app.id}`}>
            <span>
              <b>{app.name}</b>
              {app.description && <span class="hint">{app.description}</span>}
            </span>
            <State app={app} />
          </a>
        </li>
      ))}
    </ul>
  );
}

async function create(manifest: Manifest): Promise<void> {
  const done = await apps.create(manifest);
  shownSecrets.value = { app: done.app.id, ...done.secrets };
  location.hash = `#/apps/${done.app.id}`;
}

function NewApp({ close }: { close: () => void }) {
  const [name, type] = useState("");
  const [error, fail] = useState("");
  const submit = (event: Event): void => {
    event.preventDefault();
    create({ name: name.trim() }).then(close, (cause) => fail(said(cause)));
  };
  return (
    <Dialog title={t("app_new")} close={close}>
      <form onSubmit={submit}>
        <label class="labelled">
          {t("app_name")}
          <input class="field" value={name} maxLength={120} required autofocus onInput={(event) => type(event.currentTarget.value)} />
        </label>
        {error && <p role="alert">{error}</p>}
        <p class="dialog-buttons">
          <button type="submit" class="button" disabled={!name.trim()}>
            {t("app_create")}
          </button>
        </p>
      </form>
    </Dialog>
  );
}

function Import({ close }: { close: () => void }) {
  const [text, type] = useState("");
  const [error, fail] = useState("");
  const [found, set] = useState<{ manifest: Manifest; left_out?: readonly string[] } | null>(null);
  const read = (event: Event): void => {
    event.preventDefault();
    fail("");
    const next = found ? create(found.manifest).then(close) : apps.translate(text).then(set);
    next.catch((cause: unknown) => fail(said(cause)));
  };
  const left = found?.left_out ?? [];
  return (
    <Dialog title={t("app_import")} large close={close}>
      <form onSubmit={read}>
        <label class="labelled">
          {t("app_import_hint")}
          <textarea
            class="field console-code"
            rows={10}
            value={text}
            spellcheck={false}
            required
            onInput={(event) => {
              type(event.currentTarget.value);
              set(null);
            }}
          />
        </label>
        {found && (
          <div class="console-found" role="status">
            <p>
              <b>{found.manifest.name}</b> · {(found.manifest.scopes ?? []).join(", ")}
            </p>
            {left.length > 0 && <p>{t("app_left_out", { n: left.length })}</p>}
            <ul>
              {left.map((each) => (
                <li key={each}>
                  <code>{each}</code>
                </li>
              ))}
            </ul>
          </div>
        )}
        {error && <p role="alert">{error}</p>}
        <p class="dialog-buttons">
          <button type="submit" class="button" disabled={!text.trim()}>
            {found ? t("app_create") : t("app_import_read")}
          </button>
        </p>
      </form>
    </Dialog>
  );
}
