/** A card as its sender wrote it, read with care: what is not understood is left out, and a card of nothing shows its fallback. */

export type Style = "primary" | "danger" | "";

export interface Choice {
  readonly text: string;
  readonly value: string;
}

export interface Control {
  readonly type: "button" | "select" | "multi_select" | "date" | "input" | "submit";
  readonly action: string;
  readonly label: string;
  readonly placeholder: string;
  readonly value: unknown;
  readonly style: Style;
  readonly confirm: string;
  readonly url: string;
  readonly options: readonly Choice[];
  readonly multiline: boolean;
  readonly required: boolean;
  readonly most: number;
}

export type CardBlock =
  | { readonly type: "text" | "note"; readonly text: string }
  | { readonly type: "divider" }
  | { readonly type: "image"; readonly file: string; readonly alt: string }
  | { readonly type: "fields"; readonly fields: readonly { readonly label: string; readonly text: string }[] }
  | { readonly type: "actions"; readonly controls: readonly Control[] }
  | { readonly type: "form"; readonly action: string; readonly controls: readonly Control[]; readonly submit: string; readonly confirm: string };

type Loose = Readonly<Record<string, unknown>>;

function record(value: unknown): Loose {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Loose) : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

const CONTROLS: ReadonlySet<string> = new Set(["button", "select", "multi_select", "date", "input"]);

function controlOf(loose: unknown): Control[] {
  const it = record(loose);
  const type = text(it.type);
  if (!CONTROLS.has(type)) return [];
  return [
    {
      type: type as Control["type"],
      action: text(it.action),
      label: text(type === "button" ? it.text : it.label),
      placeholder: text(it.placeholder),
      value: it.value ?? "",
      style: it.style === "primary" || it.style === "danger" ? it.style : "",
      confirm: text(record(it.confirm).text),
      url: text(it.url),
      options: list(it.options).map((each) => {
        const option = record(each);
        return { text: text(option.text), value: text(option.value) };
      }),
      multiline: it.multiline === true,
      required: it.required === true,
      most: Number(it.max_length) || 2000,
    },
  ];
}

function blockOf(loose: unknown): CardBlock[] {
  const it = record(loose);
  switch (it.type) {
    case "text":
    case "note":
      return text(it.text) ? [{ type: it.type, text: text(it.text) }] : [];
    case "divider":
      return [{ type: "divider" }];
    case "image":
      return text(it.file) ? [{ type: "image", file: text(it.file), alt: text(it.alt) }] : [];
    case "fields":
      return [
        {
          type: "fields",
          fields: list(it.fields).map((each) => {
            const field = record(each);
            return { label: text(field.label), text: text(field.text) };
          }),
        },
      ];
    case "actions":
      return [{ type: "actions", controls: list(it.elements).flatMap(controlOf) }];
    case "form":
      return [
        {
          type: "form",
          action: text(it.action),
          controls: list(it.elements).flatMap(controlOf),
          submit: text(record(it.submit).text),
          confirm: text(record(record(it.submit).confirm).text),
        },
      ];
    default:
      // A block of a later version: its text, when it has one.
      return text(it.fallback) || text(it.text) ? [{ type: "text", text: text(it.fallback) || text(it.text) }] : [];
  }
}

/** What a dialog of an app holds, top to bottom: blocks to read and fields to fill in. */
export interface ModalParts {
  readonly title: string;
  readonly submit: string;
  readonly close: string;
  readonly parts: readonly (CardBlock | Control)[];
}

export function partsOfModal(body: Loose): ModalParts {
  const parts = list(body.blocks).flatMap((each): (CardBlock | Control)[] => {
    const fields = controlOf(each).filter(({ type }) => type !== "button");
    return fields.length > 0 ? fields : blockOf(each);
  });
  return { title: text(body.title), submit: text(body.submit), close: text(body.close), parts };
}

export function blocksOfCard(body: Loose): CardBlock[] {
  return list(body.blocks).flatMap(blockOf);
}
