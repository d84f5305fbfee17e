/** One file to the server, in pieces: it goes on by itself after a lost connection. */

import { ParleyError } from "@parley/sdk";
import type { StoredFile } from "../app/door.ts";
import { client } from "../app/state.ts";

export async function transfer(file: File, progress: (share: number) => void, signal: AbortSignal): Promise<StoredFile> {
  const { uploads } = client();
  const { id, done } = uploads.add(file, { name: file.name || "screenshot.png", media_type: file.type, place: "talk" });
  const stop = uploads.subscribe(() => {
    const item = uploads.getSnapshot().find((each) => each.id === id);
    if (item && item.size > 0) progress(item.sent / item.size);
  });
  const cancelled = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => {
      reject(new ParleyError("cancelled", "Not wanted any more."));
      void uploads.cancel(id);
    });
  });
  try {
    return await Promise.race([done, cancelled]);
  } finally {
    stop();
  }
}
