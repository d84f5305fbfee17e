/** What is inside a file, without taking it home: text from its beginning, sound and film in the browser's own player. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { fileUrl } from "../app/door.ts";
import { Code } from "../kinds/Code.tsx";
import { endingOf, type Look } from "../kinds/files.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { Icon } from "../parts/Icon.tsx";
import { t } from "../words/sheets/index.ts";

/** Of a long text the beginning is enough to see what it is. */
const BEGINNING = 65_536;
/** Shown as they are: no language's words are in them. */
const PLAIN = new Set(["TXT", "MD", "CSV", "TSV", "LOG", "DIFF"]);

interface Props {
  readonly file: string;
  readonly name: string;
  readonly look: Look;
  readonly close: () => void;
}

export function FileView({ file, name, look, close }: Props) {
  const url = fileUrl(file);
  return (
    <Dialog title={name} large close={close}>
      <div class="file-view">
        {look === "film" ? (
          <video src={url} controls preload="metadata" aria-label={name} />
        ) : look === "sound" ? (
          <audio src={url} controls preload="metadata" aria-label={name} />
        ) : (
          <Text url={url} ending={endingOf(name)} />
        )}
        <a class="plain" href={url} download={name}>
          <Icon name="download" size={18} /> {t("download_file")}
        </a>
      </div>
    </Dialog>
  );
}

function Text({ url, ending }: { url: string; ending: string }) {
  const text = useSignal<string | null>(null);
  const rest = useSignal(false);
  const lost = useSignal(false);
  useEffect(() => {
    const stop = new AbortController();
    fetch(url, { headers: { Range: `bytes=0-${BEGINNING - 1}` }, signal: stop.signal })
      .then(async (answer) => {
        // An empty file has no first byte to give.
        if (answer.status === 416) return void (text.value = "");
        if (!answer.ok) throw new Error(String(answer.status));
        const bytes = new Uint8Array(await answer.arrayBuffer()).subarray(0, BEGINNING);
        const all = Number(/\/(\d+)$/.exec(answer.headers.get("Content-Range") ?? "")?.[1] ?? bytes.length);
        rest.value = all > bytes.length;
        text.value = decoded(bytes);
      })
      .catch(() => (lost.value = !stop.signal.aborted));
    return () => stop.abort();
  }, [url]);
  if (lost.value) return <p role="alert">{t("file_lost")}</p>;
  if (text.value === null) return <p class="hint">{t("file_loading")}</p>;
  return (
    <>
      <Code text={text.value} language={PLAIN.has(ending) ? "" : ending.toLowerCase()} />
      {rest.value && <p class="hint">{t("file_beginning")}</p>}
    </>
  );
}

/** UTF-8, and what Chinese Windows writes otherwise. A character cut off at the end is left out. */
export function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return new TextDecoder("gb18030").decode(bytes, { stream: true });
  }
}
