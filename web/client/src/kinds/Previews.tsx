/** What the links of a message lead to. Its author may take them away. */

import type { LinkPreview, MessageCreated } from "@parley/sdk";
import { fileUrl } from "../app/door.ts";
import { client, me } from "../app/state.ts";
import { safe } from "../app/text.ts";
import { Icon } from "../parts/Icon.tsx";
import { t } from "../words/index.ts";

export function Previews({ message }: { message: MessageCreated }) {
  return (
    <ul class="previews">
      {message.previews.map((each) => (
        <li key={each.url}>
          <Preview of={each} />
          {message.sender === me.value && (
            <button
              type="button"
              class="quiet round small"
              tabIndex={-1}
              aria-label={t("remove_preview")}
              title={t("remove_preview")}
              onClick={() => void client().api.removePreviews(message.conversation, message.seq).catch(() => undefined)}
            >
              <Icon name="close" size={14} />
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

function Preview({ of: { url, title, description, site, image } }: { of: LinkPreview }) {
  const href = safe(url);
  if (href === null) return null;
  return (
    <a class="link-card" href={href} target="_blank" rel="noopener noreferrer nofollow" tabIndex={-1}>
      <span class="link-words">
        <span class="hint">{site || new URL(href).hostname}</span>
        <b>{title || href}</b>
        {description && <span class="link-more">{description}</span>}
      </span>
      {image && <img src={fileUrl(image)} alt="" width={76} height={76} loading="lazy" decoding="async" />}
    </a>
  );
}
