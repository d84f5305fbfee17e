/** Files above the field: what they look like, how far they are, away with them, once more. */

import { Icon } from "../parts/Icon.tsx";
import { t, why } from "../words/index.ts";
import { size } from "../words/time.ts";
import { again, forget, here, type Upload } from "./files.ts";

export function Tray({ conversation, root }: { conversation: number; root: number }) {
  const all = here(conversation, root);
  if (all.length === 0) return null;
  return (
    <ul class="tray" aria-label={t("files_to_send")}>
      {all.map((each) => (
        <li key={each.id} class={each.error ? "failed-file" : each.sent ? "leaving" : ""}>
          {each.picture ? <img src={each.picture} alt="" width={56} height={56} /> : <span class="tray-file"><Icon name="file" size={24} /></span>}
          <span class="tray-words">
            <span class="title">{each.name}</span>
            <Progress of={each} />
          </span>
          {each.error && (
            <button type="button" class="link" onClick={() => again(each.id)}>
              {t("try_again")}
            </button>
          )}
          <button type="button" class="quiet round small" aria-label={t("remove_file", { name: each.name })} title={t("cancel")} onClick={() => forget(each.id)}>
            <Icon name="close" size={16} />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Progress({ of: { error, share, stored, sent, name, size: bytes } }: { of: Upload }) {
  if (error) return <span class="hint bad" role="alert">{t("upload_failed", { name, why: why(error) })}</span>;
  if (stored) return <span class="hint">{sent ? t("sending") : t("ready_to_send", { size: size(bytes) })}</span>;
  return <progress value={share} max={1} aria-label={t("uploading", { name })} />;
}
