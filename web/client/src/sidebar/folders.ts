/** Folders of conversations: kept in the setting `folders`, so that every device has them. */

import { change, settings, type Folder } from "../app/settings.ts";

/** More would not fit above the list; the server allows no more either. */
export const MOST_FOLDERS = 20;

export function inFolder(folder: Folder, conversation: number): boolean {
  return folder.conversations.includes(conversation);
}

function store(folders: readonly Folder[]): Promise<void> {
  return change("folders", folders);
}

/** Puts a conversation into a folder or takes it out. */
export function put(folder: Folder, conversation: number, inside: boolean): Promise<void> {
  const without = folder.conversations.filter((each) => each !== conversation);
  return save({ ...folder, conversations: inside ? [...without, conversation] : without });
}

/** Stores a folder, new or known. */
export function save(folder: Folder): Promise<void> {
  const folders = settings.value.folders;
  return store(folders.some(({ id }) => id === folder.id) ? folders.map((each) => (each.id === folder.id ? folder : each)) : [...folders, folder]);
}

export function drop(id: number): Promise<void> {
  return store(settings.value.folders.filter((each) => each.id !== id));
}
