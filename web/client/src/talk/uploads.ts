/** Files on their way: uploaded over HTTP with progress, then said as a message through the outbox. */

import { signal } from "@preact/signals";
import { ParleyError } from "@parley/sdk";
import { door, type StoredFile } from "../app/door.ts";
import { client } from "../app/state.ts";

export interface Upload {
  readonly id: number;
  readonly conversation: number;
  readonly name: string;
  readonly share: number;
  /** An error code once it failed. */
  readonly error: string;
  readonly file: File;
  readonly stop: AbortController;
}

const PICTURES: ReadonlySet<string> = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

export const uploads = signal<readonly Upload[]>([]);
let last = 0;

export function takeFiles(conversation: number, files: FileList | readonly File[] | null | undefined): void {
  for (const file of files ?? []) void upload(conversation, file);
}

export function forget(id: number): void {
  uploads.value.find((each) => each.id === id)?.stop.abort();
  uploads.value = uploads.value.filter((each) => each.id !== id);
}

export function again({ id, conversation, file }: Upload): void {
  forget(id);
  void upload(conversation, file);
}

async function upload(conversation: number, file: File): Promise<void> {
  const id = ++last;
  const stop = new AbortController();
  uploads.value = [...uploads.value, { id, conversation, name: file.name, share: 0, error: "", file, stop }];
  try {
    const stored = await door.upload(file, (share) => change(id, { share }), stop.signal);
    forget(id);
    client().send({ conversation, kind: kindOf(stored), body: bodyOf(stored) });
  } catch (cause) {
    const code = cause instanceof ParleyError ? cause.code : "internal";
    if (code !== "cancelled") change(id, { error: code });
  }
}

function change(id: number, to: Partial<Upload>): void {
  uploads.value = uploads.value.map((each) => (each.id === id ? { ...each, ...to } : each));
}

function kindOf({ media_type, width = 0 }: StoredFile): string {
  return PICTURES.has(media_type) && width > 0 ? "image" : "file";
}

/** What the server fills in anyway is sent along, so that the row looks final at once. */
function bodyOf(stored: StoredFile): Record<string, unknown> {
  const { id, name, size, media_type, width = 0, height = 0, thumbnail = false } = stored;
  const plain = { file: id, name, size, media_type };
  return kindOf(stored) === "image" ? { ...plain, width, height, thumbnail } : plain;
}
