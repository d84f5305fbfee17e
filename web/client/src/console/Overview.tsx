/** How far an app has come and the next step; its secrets; what its bot may do. */

import { useState } from "preact/hooks";
import { page } from "../app/state.ts";
import { apps, type App, type Secrets } from "../door/apps.ts";
import { t, type ConsoleWord } from "../words/console/index.ts";
import { language } from "../words/index.ts";
import { Waits, said, useLoaded } from "./loaded.tsx";
import { show, shownSecrets } from "./secrets.ts";

interface Props {
  readonly app: App;
  readonly changed: (app: App) => void;
}

export function Overview({ app, changed }: Props) {
  const [error, fail] = useState("");
  const [reason, type] = useState("");
  const run = (work: () => Promise<App>): void => {
    fail("");
    work().then(changed, (cause) => fail(said(cause)));
  };
  const decide = (decision: string) => (): void => run(() => apps.review(app.id, decision, reason));
  const waits = app.state === "pending" || Boolean(app.proposal);
  return (
    <div class="console-panel">
      {app.reason && <p class="notice-box">{t("reviewer_said", { reason: app.reason })}</p>}
      {Boolean(app.proposal) && <p class="notice-box">{t("proposal_waits", { n: app.proposal ?? 0 })}</p>}
      <p class="console-buttons">
        {app.state === "draft" && <Step word="submit" run={() => run(() => apps.submit(app.id))} />}
        {app.state === "pending" && <Step word="withdraw" plain run={() => run(() => apps.withdraw(app.id))} />}
        {app.installation && <Uninstall app={app} run={run} />}
      </p>
      {page.value.staff && app.state !== "draft" && (
        <fieldset class="console-review">
          <legend>{t("admin")}</legend>
          <label class="labelled">
            {t("review_reason")}
            <input class="field" value={reason} maxLength={500} onInput={(event) => type(event.currentTarget.value)} />
          </label>
          <p class="console-buttons">
            {waits && <Step word="approve" run={decide("approve")} />}
            {waits && <Step word="reject" plain disabled={!reason.trim()} run={decide("reject")} />}
            {app.state === "approved" && <Step word="suspend" plain disabled={!reason.trim()} run={decide("suspend")} />}
            {app.state === "suspended" && <Step word="restore" run={decide("restore")} />}
          </p>
        </fieldset>
      )}
      {error && <p role="alert">{error}</p>}
      {app.state === "approved" && !app.installation && <Consent app={app} changed={changed} />}
      <SecretList app={app} fail={fail} />
    </div>
  );
}

function Step({ word, plain = false, disabled = false, run }: { word: ConsoleWord; plain?: boolean; disabled?: boolean; run: () => void }) {
  return (
    <button type="button" class={plain ? "plain" : "button"} disabled={disabled} onClick={run}>
      {t(word)}
    </button>
  );
}

function Uninstall({ app, run }: { app: App; run: (work: () => Promise<App>) => void }) {
  const end = (): void => {
    if (confirm(t("uninstall_sure", { name: app.name }))) run(() => apps.uninstall(app.id).then(() => apps.get(app.id)));
  };
  return (
    <button type="button" class="plain danger" onClick={end}>
      {t("uninstall")}
    </button>
  );
}

/** Each install is agreed to by somebody who read what the bot will be able to do. */
function Consent({ app, changed }: Props) {
  const asked = useLoaded(() => apps.consent(app.id));
  const [without, set] = useState<readonly string[]>([]);
  const [error, fail] = useState("");
  return (
    <section class="console-part">
      <h2>{t("consent")}</h2>
      <Waits of={asked}>
        {(scopes) => {
          const given = scopes.map(({ name }) => name).filter((name) => !without.includes(name));
          const install = (): void => {
            apps.install(app.id, given).then(
              (done) => {
                show(app.id, { bot: done.token });
                changed(done.app);
              },
              (cause) => fail(said(cause)),
            );
          };
          return (
            <>
              <p class="hint">{t("consent_hint")}</p>
              {scopes.map((scope) => (
                <label key={scope.name} class="console-check">
                  <input
                    type="checkbox"
                    checked={!without.includes(scope.name)}
                    onChange={(event) => set(event.currentTarget.checked ? without.filter((each) => each !== scope.name) : [...without, scope.name])}
                  />
                  <span>
                    {language.value === "zh" ? scope.chinese : scope.english}
                    <span class="hint">
                      {" "}
                      <code>{scope.name}</code>
                      {scope.private && ` · ${t("private_scope")}`}
                    </span>
                  </span>
                </label>
              ))}
              {error && <p role="alert">{error}</p>}
              <p class="console-buttons">
                <Step word="install" run={install} />
              </p>
            </>
          );
        }}
      </Waits>
    </section>
  );
}

function SecretList({ app, fail }: { app: App; fail: (why: string) => void }) {
  const shown = shownSecrets.value?.app === app.id ? shownSecrets.value : null;
  const rotate = (name: keyof Secrets, what: Parameters<typeof apps.rotate>[1]) => (): void => {
    if (!confirm(t("secret_sure"))) return;
    fail("");
    apps.rotate(app.id, what).then((secret) => show(app.id, { [name]: secret }), (cause) => fail(said(cause)));
  };
  return (
    <section class="console-part">
      <h2>{t("secrets")}</h2>
      <dl class="console-secrets">
        <Secret label={t("client_id")} value={app.client_id} />
        <Secret label={t("secret_client")} value={shown?.client} once again={rotate("client", "secret")} />
        <Secret label={t("secret_interactivity")} value={shown?.interactivity} once again={rotate("interactivity", "interactivity/secret")} />
        {shown?.events && <Secret label={t("secret_events")} value={shown.events} once />}
        {app.installation && <Secret label={t("secret_bot")} value={shown?.bot} once again={rotate("bot", "installation/token")} />}
      </dl>
    </section>
  );
}

function Secret({ label, value, once = false, again }: { label: string; value?: string | undefined; once?: boolean; again?: () => void }) {
  const [copied, set] = useState(false);
  const copy = (): void => void navigator.clipboard.writeText(value ?? "").then(() => set(true));
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        {value ? <code>{value}</code> : <span aria-hidden="true">••••••••</span>}
        {value && once && <span class="hint">{t("secret_once")}</span>}
        <span class="console-buttons">
          {value && (
            <button type="button" class="plain small" aria-label={`${t("copy")}: ${label}`} onClick={copy}>
              {copied ? t("copied") : t("copy")}
            </button>
          )}
          {again && (
            <button type="button" class="plain small" aria-label={`${t("secret_new")}: ${label}`} onClick={again}>
              {t("secret_new")}
            </button>
          )}
        </span>
      </dd>
    </div>
  );
}
