/**
 * The person's settings, the same on every device: what the server says, a copy for the first moment of the next page,
 * and changes that show at once and are taken back when the server refuses them.
 */

import { signal } from "@preact/signals";
import { mine } from "../door/mine.ts";
import type { Client } from "./state.ts";

export interface Folder {
  readonly id: string;
  readonly name: string;
  readonly conversations: readonly number[];
}

export interface Notifying {
  readonly level: "all" | "mentions" | "none";
  readonly sound: boolean;
  readonly preview: boolean;
}

/** Days count from 0, Sunday. Times are minutes of the local day as "22:00". */
export interface QuietHours {
  readonly days: readonly number[];
  readonly from: string;
  readonly to: string;
  readonly timezone: string;
}

/** Names and shapes of docs/settings.md, as far as this client uses them. */
export interface Settings {
  readonly language: string;
  readonly theme: string;
  readonly density: "cosy" | "compact";
  readonly enter_sends: boolean;
  readonly notifications: Notifying;
  readonly quiet_hours: QuietHours | null;
  readonly folders: readonly Folder[];
  readonly quick_reactions: readonly string[];
  readonly single_key_shortcuts: boolean;
}

export const DEFAULTS: Settings = {
  language: "",
  theme: "",
  density: "cosy",
  enter_sends: true,
  notifications: { level: "all", sound: true, preview: true },
  quiet_hours: null,
  folders: [],
  quick_reactions: ["👍", "❤️", "😄", "🎉", "👀", "🙏"],
  single_key_shortcuts: true,
};

/** Where the copy is kept. Small, and read once: the blocking of this storage does not matter. */
export const SETTINGS_COPY = "parley-settings";

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

function take(values: Readonly<Record<string, unknown>>): void {
  settings.value = settingsFrom(values);
  try {
    localStorage.setItem(SETTINGS_COPY, JSON.stringify(settings.value));
  } catch {
    // No room or not allowed: the next page asks the server.
  }
}

/** Takes up the copy, then what the server says, now and whenever it changes or may have changed unheard. */
export function followSettings(client: Client): void {
  try {
    settings.value = settingsFrom(JSON.parse(localStorage.getItem(SETTINGS_COPY) ?? "{}") as Record<string, unknown>);
  } catch {
    settings.value = DEFAULTS;
  }
  const load = (): void => void mine.settings().then(take, () => undefined);
  client.synced.on(load);
  client.events.on((event) => {
    if (event.type === "setting.changed") take({ ...settings.value, [event.name]: event.value });
  });
}

/** Changes one setting. Shown at once; taken back when the server refuses. */
export async function change<Name extends keyof Settings>(name: Name, value: Settings[Name]): Promise<void> {
  const before = settings.value[name];
  take({ ...settings.value, [name]: value });
  try {
    await mine.set(name, value);
  } catch (cause) {
    if (settings.value[name] === value) take({ ...settings.value, [name]: before });
    throw cause;
  }
}
