/**
 * Files on their way. They are uploaded as soon as they are chosen and looked at before they are sent; a sent one becomes
 * a message when it has arrived, and one may go on writing meanwhile.
 */

import { signal } from "@preact/signals";
import { ParleyError } from "@parley/sdk";
import { type StoredFile } from "../app/door.ts";
import { client } from "../app/state.ts";
import { transfer } from "./transfer.ts";

export interface Upload {
  readonly id: number;
  readonly conversation: number;
  readonly root: number;
  readonly name: string;
  readonly size: number;
  readonly share: number;
  /** An error code once it failed. */
  readonly error: string;
  /** Address of the picture itself, "" for other files. */
  readonly picture: string;
  /** What arrived, null while it is on its way. */
  readonly stored: StoredFile | null;
  /** Sent by its writer; it goes out when it has arrived. */
  readonly sent: boolean;
  readonly caption: string;
  readonly file: File;
  readonly stop: AbortController;
}

const PICTURES: ReadonlySet<string> = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

export const uploads = signal<readonly Upload[]>([]);
let last = 0;

export function takeFiles(conversation: number, root: number, files: FileList | readonly File[] | null | undefined): void {
  for (const file of files ?? []) {
    const picture = PICTURES.has(file.type) ? URL.createObjectURL(file) : "";
    const made: Upload = {
      id: ++last, conversation, root, name: file.name || "screenshot.png", size: file.size, share: 0, error: "", picture,
      stored: null, sent: false, caption: "", file, stop: new AbortController(),
    };
    uploads.value = [...uploads.value, made];
    void run(made);
  }
}

export function here(conversation: number, root: number): readonly Upload[] {
  return uploads.value.filter((each) => each.conversation === conversation && each.root === root);
}

export function forget(id: number): void {
  const found = uploads.value.find((each) => each.id === id);
  if (!found) return;
  found.stop.abort();
  if (found.picture) URL.revokeObjectURL(found.picture);
  uploads.value = uploads.value.filter((each) => each.id !== id);
}

export function again(id: number): void {
  const found = uploads.value.find((each) => each.id === id);
  if (!found) return;
  const stop = new AbortController();
  change(id, { error: "", stop });
  void run({ ...found, stop });
}

/** Sends what was looked at; `caption` goes with the only file there is. True when it took the words along. */
export function sendFiles(conversation: number, root: number, caption: string): boolean {
  const ready = here(conversation, root).filter(({ sent }) => !sent);
  const takes = ready.length === 1 && caption !== "";
  for (const each of ready) {
    change(each.id, { sent: true, caption: takes ? caption : "" });
    deliver(each.id);
  }
  return takes;
}

async function run({ id, file, stop }: Upload): Promise<void> {
  try {
    const stored = await transfer(file, (share) => change(id, { share }), stop.signal);
    change(id, { stored, share: 1 });
    deliver(id);
  } catch (cause) {
    const code = cause instanceof ParleyError ? cause.code : "internal";
    if (code !== "cancelled") change(id, { error: code });
  }
}

function deliver(id: number): void {
  const found = uploads.value.find((each) => each.id === id);
  if (!found?.stored || !found.sent) return;
  const { conversation, root, stored, caption } = found;
  client().send({
    conversation,
    kind: kindOf(stored),
    body: { ...bodyOf(stored), ...(caption ? { caption } : {}) },
    ...(root ? { thread_root: root } : {}),
  });
  forget(id);
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
