/** One file to the server. */

import { door, type StoredFile } from "../app/door.ts";

export function transfer(file: File, progress: (share: number) => void, signal: AbortSignal): Promise<StoredFile> {
  return door.upload(file, progress, signal);
}
