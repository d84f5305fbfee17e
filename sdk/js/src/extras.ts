/**
 * What the full client adds to the core: names for applications that show everything.
 */

export { FullClient, type FullOptions } from "./full.ts";
export { createApi, type Api } from "./http/api.ts";
export type * from "./http/answers.ts";
export type { SearchAsk, Wish } from "./http/conversations.ts";
export { draftKey, type Draft, type DraftsSnapshot } from "./own/drafts.ts";
export type { PinList, PinsSnapshot } from "./own/pins.ts";
export { savedKey, type SavedSnapshot } from "./own/saved.ts";
export type { SettingsSnapshot } from "./own/settings.ts";
export { threadKey, type ThreadsSnapshot } from "./own/threads.ts";
export type { Tabs } from "./tabs/tabs.ts";
export type { UploadItem, Uploads, UploadsSnapshot } from "./uploads/uploads.ts";
