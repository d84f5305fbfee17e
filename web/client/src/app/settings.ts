/** The person's settings as this page uses them: what the kit's store holds over what is usual. */

import { signal } from "@preact/signals";
import { client, type Client } from "./state.ts";

export interface Folder {
  readonly id: number;
  readonly name: string;
  readonly conversations: readonly number[];
}

export interface Notifying {
  readonly level: "all" | "mentions" | "none";
  readonly sound: boolean;
  readonly preview: boolean;
}

/** Days count from 1, Monday, to 7. Times are of the local day, as "22:00". */
export interface QuietHours {
  readonly days: readonly number[];
  readonly from: string;
  readonly to: string;
  readonly timezone: string;
}

/** Names and shapes of docs/settings.md, as far as this client uses them. */
export interface Settings {
  readonly language: "auto" | "en" | "zh-hans";
  readonly theme: "auto" | "light" | "dark";
  readonly density: "comfortable" | "compact";
  readonly enter_sends: boolean;
  readonly notifications: Notifying;
  readonly quiet_hours: QuietHours | null;
  readonly folders: readonly Folder[];
  readonly quick_reactions: readonly string[];
  readonly single_key_shortcuts: boolean;
  readonly show_previews: boolean;
}

export const DEFAULTS: Settings = {
  language: "auto",
  theme: "auto",
  density: "comfortable",
  enter_sends: true,
  notifications: { level: "all", sound: true, preview: true },
  quiet_hours: null,
  folders: [],
  quick_reactions: ["👍", "❤️", "😄", "🎉", "👀", "🙏"],
  single_key_shortcuts: true,
  show_previews: true,
};

export const settings = signal<Settings>(DEFAULTS);

/** What is stored over what is usual; a value of another shape than expected is passed over. */
export function settingsFrom(values: Readonly<Record<string, unknown>>): Settings {
  const known = Object.entries(DEFAULTS).map(([name, usual]) => [name, fits(values[name], usual) ? values[name] : usual]);
  return Object.fromEntries(known) as Settings;
}

function fits(value: unknown, usual: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (usual === null) return typeof value === "object";
  return typeof value === typeof usual && Array.isArray(value) === Array.isArray(usual);
}

/** Keeps the signal at what the store says; `ready` hears of the server's values. */
export function followSettings({ settings: store }: Client, ready: (values: Settings) => void): void {
  const take = (): void => {
    const shot = store.getSnapshot();
    settings.value = settingsFrom(shot.values);
    if (shot.ready) ready(settings.value);
  };
  take();
  store.subscribe(take);
}

/** Changes one setting. Shown at once; taken back when the server refuses. */
export function change<Name extends keyof Settings>(name: Name, value: Settings[Name]): Promise<void> {
  return client().settings.set(name, value);
}
