/** What an app says of itself, as fields. Saved as a whole: the server says what differs, or which path is wrong. */

import { useEffect, useState } from "preact/hooks";
import { apps, EVENTS, type App, type Command, type Done, type Manifest } from "../door/apps.ts";
import { t } from "../words/console/index.ts";
import { language } from "../words/index.ts";
import { Changes } from "./Versions.tsx";
import { Waits, said, useLoaded } from "./loaded.tsx";
import { show } from "./secrets.ts";

interface Props {
  readonly app: App;
  readonly changed: (app: App) => void;
}

export function Editor({ app, changed }: Props) {
  const manifest = useLoaded(() => apps.manifest(app.id));
  return <Waits of={manifest}>{(found) => <Form app={app} first={found} changed={changed} />}</Waits>;
}

function Form({ app, first, changed }: Props & { first: Manifest }) {
  const [draft, set] = useState(first);
  const [error, fail] = useState("");
  const [done, told] = useState<Done | null>(null);
  const put = (changes: Partial<Manifest>): void => {
    told(null);
    set({ ...draft, ...changes });
  };
  const save = (event: Event): void => {
    event.preventDefault();
    fail("");
    apps.put(app.id, draft, app.version ?? 0).then(
      (answer) => {
        told(answer);
        show(app.id, answer.secrets);
        changed(answer.app);
      },
      (cause) => fail(said(cause)),
    );
  };
  return (
    <form class="console-panel console-form" onSubmit={save}>
      <Line label={t("app_name")} value={draft.name} required put={(name) => put({ name })} />
      <Line label={t("description")} value={draft.description ?? ""} put={(description) => put({ description })} />
      <Line label={t("homepage")} value={draft.homepage ?? ""} address put={(homepage) => put({ homepage })} />
      <Scopes chosen={draft.scopes ?? []} put={(scopes) => put({ scopes })} />
      <label class="labelled">
        {t("redirects")}
        <textarea
          class="field console-code"
          rows={2}
          spellcheck={false}
          value={(draft.redirect_urls ?? []).join("\n")}
          onChange={(event) => put({ redirect_urls: event.currentTarget.value.split(/\s+/).filter(Boolean) })}
        />
      </label>
      <label class="console-check">
        <input
          type="checkbox"
          checked={draft.client_type === "public"}
          onChange={(event) => put({ client_type: event.currentTarget.checked ? "public" : "confidential" })}
        />
        <span>{t("public_client")}</span>
      </label>
      <fieldset>
        <legend>{t("commands")}</legend>
        <Line
          label={t("interactivity")}
          address
          value={draft.interactivity?.url ?? ""}
          put={(url) => put({ interactivity: url ? { ...draft.interactivity, url } : null })}
        />
        {draft.interactivity && (
          <Dialect value={draft.interactivity.signature} put={(signature) => put({ interactivity: { url: "", ...draft.interactivity, signature } })} />
        )}
        <Commands commands={draft.commands ?? []} put={(commands) => put({ commands })} />
      </fieldset>
      <Events events={draft.events ?? null} put={(events) => put({ events })} />
      {error && <p role="alert">{error}</p>}
      {done && (
        <div class="console-found" role="status">
          <p>{verdict(done)}</p>
          <Changes changes={done.changes ?? []} />
        </div>
      )}
      <p class="console-buttons console-save">
        <button type="submit" class="button">
          {t("save")}
        </button>
      </p>
    </form>
  );
}

function verdict({ changes = [], applied }: Done): string {
  if (changes.length === 0) return t("saved_none");
  return t(applied ? "saved" : "proposed", { n: changes.length });
}

interface LineProps {
  readonly label: string;
  readonly value: string;
  readonly address?: boolean;
  readonly required?: boolean;
  readonly put: (value: string) => void;
}

function Line({ label, value, address = false, required = false, put }: LineProps) {
  return (
    <label class="labelled">
      {label}
      <input class="field" inputMode={address ? "url" : "text"} value={value} required={required} maxLength={2048} onInput={(event) => put(event.currentTarget.value)} />
    </label>
  );
}

function Scopes({ chosen, put }: { chosen: readonly string[]; put: (names: readonly string[]) => void }) {
  const scopes = useLoaded(() => apps.scopes());
  return (
    <fieldset>
      <legend>{t("scopes")}</legend>
      <Waits of={scopes}>
        {(all) => (
          <div class="console-columns">
            {all.map((scope) => (
              <label key={scope.name} class="console-check">
                <input
                  type="checkbox"
                  checked={chosen.includes(scope.name)}
                  onChange={(event) => put(event.currentTarget.checked ? [...chosen, scope.name] : chosen.filter((each) => each !== scope.name))}
                />
                <span>
                  <code>{scope.name}</code>
                  <span class="hint">{language.value === "zh" ? scope.chinese : scope.english}</span>
                </span>
              </label>
            ))}
          </div>
        )}
      </Waits>
    </fieldset>
  );
}

function Dialect({ value, put }: { value?: string | undefined; put: (value: string) => void }) {
  return (
    <label class="labelled">
      {t("dialect")}
      <select class="field" value={value ?? "standard"} onChange={(event) => put(event.currentTarget.value)}>
        <option value="standard">{t("dialect_standard")}</option>
        <option value="slack">{t("dialect_slack")}</option>
      </select>
    </label>
  );
}

function Commands({ commands, put }: { commands: readonly Command[]; put: (commands: readonly Command[]) => void }) {
  const [added, add] = useState(0);
  useEffect(() => {
    if (added) document.querySelector<HTMLInputElement>(".console-command:last-of-type input")?.focus();
  }, [added]);
  const change = (at: number, changes: Partial<Command>): void => put(commands.map((each, place) => (place === at ? { ...each, ...changes } : each)));
  return (
    <>
      {commands.map((command, at) => (
        <div key={at} class="console-command">
          <Line label={t("command_name")} value={command.name} required put={(name) => change(at, { name: name.replace(/^\//, "") })} />
          <Line label={t("command_usage")} value={command.usage ?? ""} put={(usage) => change(at, { usage })} />
          <Line label={t("command_help")} value={command.help} required put={(help) => change(at, { help })} />
          <Line label={t("command_help_zh")} value={command.help_zh ?? ""} put={(help_zh) => change(at, { help_zh })} />
          <button type="button" class="plain small" onClick={() => put(commands.filter((_, place) => place !== at))}>
            {t("command_drop", { name: command.name })}
          </button>
        </div>
      ))}
      <p>
        <button
          type="button"
          class="plain small"
          onClick={() => {
            put([...commands, { name: "", help: "" }]);
            add(added + 1);
          }}
        >
          {t("command_add")}
        </button>
      </p>
    </>
  );
}

type Told = NonNullable<Manifest["events"]>;

function Events({ events, put }: { events: Told | null; put: (events: Told | null) => void }) {
  const types = events?.types ?? [];
  return (
    <fieldset>
      <legend>{t("events")}</legend>
      <label class="console-check">
        <input type="checkbox" checked={events !== null} onChange={(event) => put(event.currentTarget.checked ? { types: ["message.created"] } : null)} />
        <span>{t("events_on")}</span>
      </label>
      {events && (
        <>
          <Line label={t("events_url")} address value={events.url ?? ""} put={(url) => put({ ...events, url })} />
          {events.url && <Dialect value={events.signature} put={(signature) => put({ ...events, signature })} />}
          <div class="console-columns">
            {EVENTS.map((each) => (
              <label key={each} class="console-check">
                <input
                  type="checkbox"
                  checked={types.includes(each)}
                  onChange={(event) => put({ ...events, types: event.currentTarget.checked ? [...types, each] : types.filter((one) => one !== each) })}
                />
                <code>{each}</code>
              </label>
            ))}
          </div>
        </>
      )}
    </fieldset>
  );
}
