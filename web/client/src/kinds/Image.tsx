/** A picture in its bubble. The room is kept from the first moment on, so that a late picture moves nothing. */

import type { MessageCreated } from "@parley/sdk";
import { useSignal } from "@preact/signals";
import { fileUrl, thumbnailUrl } from "../app/door.ts";
import { client } from "../app/state.ts";
import { scaled } from "../talk/estimate.ts";
import { sheet, type Picture } from "../talk/place.ts";
import { t } from "../words/index.ts";
import { textOf } from "./summary.ts";
import { Words } from "./Words.tsx";

export function Image({ message }: { message: MessageCreated }) {
  const { body, conversation, seq } = message;
  const file = textOf(body, "file");
  const name = textOf(body, "name");
  const lost = useSignal(false);
  const room = scaled(Number(body.width) || 240, Number(body.height) || 180);
  const show = (): void => {
    const list = picturesOf(conversation);
    const at = list.findIndex((each) => each.seq === seq);
    sheet.value = { is: "pictures", conversation, at: Math.max(0, at), list: at < 0 ? [{ file, name, seq }] : list };
  };
  return (
    <>
      <button type="button" class="picture" tabIndex={-1} aria-label={t("image_of", { name })} onClick={show} style={{ width: `${room.width}px`, aspectRatio: `${room.width} / ${room.height}` }}>
        {lost.value ? (
          <span class="lost">{t("image_lost")}</span>
        ) : (
          <img src={body.thumbnail ? thumbnailUrl(file) : fileUrl(file)} alt="" width={room.width} height={room.height} decoding="async" onError={() => (lost.value = true)} />
        )}
      </button>
      {textOf(body, "caption") && <Words text={textOf(body, "caption")} message={message} />}
    </>
  );
}

/** The pictures of the window that is loaded, oldest first. */
function picturesOf(conversation: number): Picture[] {
  const { items } = client().timeline(conversation).getSnapshot();
  return items.flatMap((item) => {
    if (item.kind !== "message" || item.message.kind !== "image" || item.message.recalled_at) return [];
    return [{ file: textOf(item.message.body, "file"), name: textOf(item.message.body, "name"), seq: item.message.seq }];
  });
}
