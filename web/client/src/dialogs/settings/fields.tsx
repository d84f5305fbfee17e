/** The few kinds of fields that settings are made of. */

import type { ComponentChildren } from "preact";
import { complain } from "../../app/actions.ts";
import { change, settings, type Settings } from "../../app/settings.ts";

/** Changes a setting and says so when the server refuses. */
export function keep<Name extends keyof Settings>(name: Name, value: Settings[Name]): void {
  change(name, value).catch(complain);
}

interface Labelled {
  readonly label: string;
  readonly hint?: string | undefined;
}

export function Switch({ label, hint, on, disabled = false, put }: Labelled & { on: boolean; disabled?: boolean; put: (on: boolean) => void }) {
  return (
    <label class="setting">
      <span>
        {label}
        {hint && <span class="hint">{hint}</span>}
      </span>
      <input type="checkbox" role="switch" class="switch" checked={on} disabled={disabled} onChange={(event) => put(event.currentTarget.checked)} />
    </label>
  );
}

interface Choosing<Value extends string> extends Labelled {
  readonly value: Value;
  readonly choices: readonly (readonly [Value, string])[];
  readonly put: (value: Value) => void;
}

export function Choice<Value extends string>({ label, hint, value, choices, put }: Choosing<Value>) {
  return (
    <fieldset class="setting">
      <legend>
        {label}
        {hint && <span class="hint">{hint}</span>}
      </legend>
      <span class="choices">
        {choices.map(([each, words]) => (
          <button key={each} type="button" aria-pressed={value === each} onClick={() => put(each)}>
            {words}
          </button>
        ))}
      </span>
    </fieldset>
  );
}

export function Part({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="settings-part">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

export { settings };
