/** A block of code: its language, a button that copies it, colours once they are loaded. */

import { signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Icon } from "../parts/Icon.tsx";
import { t } from "../words/index.ts";
import type { Run } from "./highlight.ts";

type Tinting = (code: string, language: string) => Run[];

const tinting = signal<Tinting | null>(null);
const SHOWN_MS = 1500;

export function Code({ text, language }: { text: string; language: string }) {
  const copied = useSignal(false);
  useEffect(() => {
    if (language && tinting.value === null) void import("./highlight.ts").then(({ runsOf }) => (tinting.value = runsOf));
  }, [language]);
  const copy = (): void => {
    void navigator.clipboard.writeText(text).then(() => {
      copied.value = true;
      setTimeout(() => (copied.value = false), SHOWN_MS);
    });
  };
  const runs = language && tinting.value ? tinting.value(text, language) : [{ tint: "", text }];
  return (
    <div class="code">
      <div class="code-head">
        <span>{language || t("code")}</span>
        <button type="button" class="code-copy" tabIndex={-1} onClick={copy}>
          <Icon name={copied.value ? "check" : "copy"} size={14} /> {copied.value ? t("copied") : t("copy_code")}
        </button>
      </div>
      <pre tabIndex={-1}>
        <code>{runs.map(({ tint, text: part }, at) => (tint ? <span key={at} class={`c-${tint}`}>{part}</span> : part))}</code>
      </pre>
    </div>
  );
}
