/** What a reader can press, choose and fill in on a card. */

import { useSignal } from "@preact/signals";
import { safe } from "../app/text.ts";
import { t } from "../words/cards/index.ts";
import type { Acting } from "./acting.ts";
import type { CardBlock, Control } from "./schema.ts";

/** A control on its own: it acts as soon as it is used. */
export function Single({ control, acting }: { control: Control; acting: Acting }) {
  if (control.type === "button") return <Button control={control} acting={acting} />;
  const busy = acting.busy.value !== "";
  const act = (value: unknown): void => void acting.act(control.action, { value });
  return <Field control={control} busy={busy} change={act} />;
}

function Button({ control: { action, label, style, confirm, url, value }, acting }: { control: Control; acting: Acting }) {
  const asking = useSignal(false);
  const href = url ? safe(url) : null;
  if (href) {
    return (
      <a class={`card-button ${style}`} href={href} target="_blank" rel="noopener noreferrer nofollow">
        {label}
      </a>
    );
  }
  const press = (): void => {
    if (confirm && !asking.value) {
      asking.value = true;
      return;
    }
    asking.value = false;
    void acting.act(action, { value });
  };
  const mine = acting.busy.value === action;
  return (
    <span class="card-ask">
      {asking.value && (
        <span class="card-sure" role="alert">
          {confirm}{" "}
          <button type="button" class="link" onClick={() => (asking.value = false)}>
            {t("cancel")}
          </button>
        </span>
      )}
      <button type="button" class={`card-button ${style}`} aria-busy={mine} disabled={acting.busy.value !== ""} onClick={press}>
        {mine && <span class="spinner" aria-hidden="true" />}
        {asking.value ? t("yes_do", { what: label }) : label}
      </button>
    </span>
  );
}

interface FieldProps {
  readonly control: Control;
  readonly busy: boolean;
  readonly change: (value: unknown) => void;
  readonly value?: unknown;
}

export function Field({ control, busy, change, value = control.value }: FieldProps) {
  const { type, label, placeholder, options, multiline, required, most } = control;
  const name = label || placeholder || control.action;
  switch (type) {
    case "select":
      return (
        <label class="card-field">
          {label && <span>{label}</span>}
          <select aria-label={name} disabled={busy} required={required} value={String(value)} onChange={(event) => change(event.currentTarget.value)}>
            <option value="" disabled>
              {placeholder || t("choose")}
            </option>
            {options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.text}
              </option>
            ))}
          </select>
        </label>
      );
    case "multi_select":
      return <Several control={control} busy={busy} change={change} value={value} />;
    case "date":
      return (
        <label class="card-field">
          {label && <span>{label}</span>}
          <input type="date" aria-label={name} disabled={busy} required={required} value={String(value)} onChange={(event) => change(event.currentTarget.value)} />
        </label>
      );
    default:
      return (
        <label class="card-field">
          {label && <span>{label}</span>}
          {multiline ? (
            <textarea aria-label={name} placeholder={placeholder} maxLength={most} rows={3} disabled={busy} required={required} value={String(value)} onChange={(event) => change(event.currentTarget.value)} />
          ) : (
            <input type="text" aria-label={name} placeholder={placeholder} maxLength={most} disabled={busy} required={required} value={String(value)} onChange={(event) => change(event.currentTarget.value)} />
          )}
        </label>
      );
  }
}

function Several({ control, busy, change, value }: FieldProps) {
  const chosen = useSignal<readonly string[]>(Array.isArray(value) ? value.map(String) : []);
  const toggle = (each: string): void => {
    chosen.value = chosen.value.includes(each) ? chosen.value.filter((other) => other !== each) : [...chosen.value, each];
    change(chosen.value);
  };
  return (
    <fieldset class="card-field several" disabled={busy}>
      <legend>{control.label || control.placeholder}</legend>
      {control.options.map((option) => (
        <label key={option.value}>
          <input type="checkbox" checked={chosen.value.includes(option.value)} onChange={() => toggle(option.value)} /> {option.text}
        </label>
      ))}
    </fieldset>
  );
}

/** Controls whose values go together. */
export function Form({ block, acting }: { block: Extract<CardBlock, { type: "form" }>; acting: Acting }) {
  const values = useSignal<Readonly<Record<string, unknown>>>({});
  const busy = acting.busy.value !== "";
  const asking = useSignal(false);
  const first = Object.fromEntries(block.controls.filter(({ type }) => type !== "button").map(({ action, value }) => [action, value]));
  return (
    <form
      class="card-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (block.confirm && !asking.value) {
          asking.value = true;
          return;
        }
        asking.value = false;
        void acting.act(block.action, { values: { ...first, ...values.value } });
      }}
    >
      {block.controls.map((control) => (
        <Field key={control.action} control={control} busy={busy} value={values.value[control.action] ?? control.value} change={(value) => (values.value = { ...values.value, [control.action]: value })} />
      ))}
      {asking.value && <p class="card-sure" role="alert">{block.confirm}</p>}
      <button type="submit" class="card-button primary" aria-busy={acting.busy.value === block.action} disabled={busy}>
        {acting.busy.value === block.action && <span class="spinner" aria-hidden="true" />}
        {asking.value ? t("yes_do", { what: block.submit || t("submit") }) : block.submit || t("submit")}
      </button>
    </form>
  );
}
