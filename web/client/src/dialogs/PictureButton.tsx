/** Choosing a picture for a person or group: cut to a square and made small here, so that phones send kilobytes. */

import { useRef, useState } from "preact/hooks";
import { Icon } from "../parts/Icon.tsx";
import { t } from "../words/dialogs/index.ts";

const SIDE = 512;

export function PictureButton({ label, put }: { label: string; put: (picture: Blob) => Promise<unknown> }) {
  const field = useRef<HTMLInputElement>(null);
  const [busy, work] = useState(false);
  const [error, fail] = useState("");
  const take = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    work(true);
    fail("");
    try {
      await put(await squared(file));
    } catch {
      fail(t("picture_failed"));
    }
    work(false);
  };
  return (
    <>
      <button type="button" class="plain small" disabled={busy} onClick={() => field.current?.click()}>
        <Icon name="camera" size={16} /> {busy ? t("loading") : label}
      </button>
      <input ref={field} type="file" accept="image/png,image/jpeg,image/webp" hidden onChange={(event) => void take(event.currentTarget.files?.[0])} />
      {error && <span role="alert">{error}</span>}
    </>
  );
}

/** The middle square of a picture. */
async function squared(file: File): Promise<Blob> {
  const picture = await createImageBitmap(file);
  const side = Math.min(picture.width, picture.height);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.min(SIDE, side);
  canvas.getContext("2d")?.drawImage(picture, (picture.width - side) / 2, (picture.height - side) / 2, side, side, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png"));
}
