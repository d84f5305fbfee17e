/**
 * Parley's kit for JavaScript, without any part that needs a browser. See README.md.
 */

export { Client, type ClientOptions, type Saying } from "./client.ts";
export { BadFrame, decode, decodeAs, decodeEvent, encode } from "./codec.ts";
export { ParleyError, verdictOn, type LocalCode, type Verdict } from "./errors.ts";
export { clientKey } from "./keys.ts";
export type { Outgoing, OutgoingState, Write } from "./link/outbox.ts";
export { Signal } from "./signal.ts";
export type { Entry } from "./link/stream.ts";
export type { ConnectionSnapshot, ConnectionState, Token } from "./network/connection.ts";
export * from "./ports.ts";
export { preferenceOf, type InboxSnapshot, type Preference } from "./stores/inbox.ts";
export { versionOf } from "./stores/message.ts";
export type { PeopleSnapshot } from "./stores/people.ts";
export type { PresenceSnapshot } from "./stores/presence.ts";
export type { Position, ReceiptsSnapshot } from "./stores/receipts.ts";
export { Store } from "./stores/store.ts";
export { TimelineStore, type Item, type MessageItem, type NoticeItem, type TimelineSnapshot } from "./stores/timeline.ts";
export type { TypingSnapshot } from "./stores/typing.ts";
export * from "./wire.ts";
