// Made by make_wire.py from the server's protocol package; edit that instead.
// Received objects have every field (codec.ts fills in defaults); sent ones may leave optional fields out.

export const VERSION = 1;
export const SUBPROTOCOL = "parley.v1.json";
export const MAX_PAGE = 200;
export const MAX_PEOPLE = 200;
export const MAX_TEXT_CHARS = 10000;
export const HEARTBEAT_GRACE_SECONDS = 10;

/** An event of a later version: kept so that its position in the timeline counts, and otherwise ignored. */
export interface UnknownEvent {
  readonly type: "unknown";
  readonly tag: string;
  readonly conversation: number;
  readonly seq: number;
}

/** What a link of a message leads to, as its page says of itself. `image` is the id of a stored file, or "". */
export interface LinkPreview {
  readonly url: string;
  readonly title: string;
  readonly description: string;
  readonly site: string;
  readonly image: string;
}

/**
 * One row of a person's inbox: a conversation as that person sees it now.
 *
 * `head_seq` is the last seq, `last_number` the last message number. `unread` = last_number − read_number − the
 * recalled messages numbered above read_number; sending a message moves the sender's read_number to it. `recalled`
 * and `mentioned` are those numbers above read_number (newest 200 at most): with them a client derives both counts
 * by itself, in whatever order the events of two timelines reach it.
 * `history_from` is the first seq this member may see. `peer` is the other person of a direct conversation.
 * `large` conversations send `conversation.advanced` instead of full events unless open. `last` is the newest
 * message, for the preview. `notify` (all, mentions, none), `silent_until` (ms), `starred_at` and `unread_from`
 * (the number of the message that the person marked as unread, 0: none) are what `preference.changed` tells.
 */
export interface ConversationState {
  readonly conversation: number;
  readonly kind: string;
  readonly title: string;
  readonly description: string;
  readonly peer: number;
  readonly role: string;
  readonly post_policy: string;
  readonly head_seq: number;
  readonly last_number: number;
  readonly read_number: number;
  readonly delivered_seq: number;
  readonly unread: number;
  readonly unread_mentions: number;
  readonly history_from: number;
  readonly member_count: number;
  readonly muted_until: number;
  readonly large: boolean;
  readonly last: MessageCreated | null;
  readonly last_at: number;
  readonly recalled: readonly number[];
  readonly mentioned: readonly number[];
  readonly notify: string;
  readonly silent_until: number;
  readonly starred_at: number;
  readonly unread_from: number;
  readonly avatar: string;
}

/**
 * What one conversation gained since the position that the client named.
 *
 * `complete`: `events` reach the head. Otherwise the client keeps the inbox row and fetches when it opens.
 */
export interface Delta {
  readonly conversation: number;
  readonly events: readonly AnyEvent[];
  readonly complete: boolean;
}

/**
 * A user as others see it. `kind`: human, bot or system. `other_name`: the name in the other script.
 *
 * `status_*` are the user's own words until `status_until` (ms; 0: no end). `quiet_until` (ms): do not disturb.
 * `initials`: the pinyin initials and syllables of a Chinese name, for finding it by Latin letters ("wf wangfang").
 */
export interface Person {
  readonly id: number;
  readonly username: string;
  readonly name: string;
  readonly other_name: string;
  readonly kind: string;
  readonly title: string;
  readonly department: string;
  readonly avatar: string;
  readonly active: boolean;
  readonly status_emoji: string;
  readonly status_text: string;
  readonly status_until: number;
  readonly quiet_until: number;
  readonly initials: string;
}

/**
 * Somebody said something. In a page it carries its present state: edits, recall and reactions folded in.
 *
 * `number` counts messages only, gapless per conversation. `body` is shaped by `kind`. `reply_to` is the seq of
 * the quoted message, `thread_root` the seq of the thread's first. `version` is the seq of the last entry that
 * changed this message (its own seq while unchanged): of two copies the one with the greater version holds.
 * `reactions` maps an emoji to user ids in the order they reacted. A recalled message has an empty body.
 * `forwarded_from` is the user who first said it. An `urgent` message asks its readers to confirm; `confirmed`
 * lists who did, in order. Of a thread's first message `thread_count` counts the replies that are not recalled,
 * `thread_last_at` is the time of the newest reply ever made and `thread_people` its first 5 repliers in order.
 */
export interface MessageCreated {
  readonly type: "message.created";
  readonly conversation: number;
  readonly seq: number;
  readonly at: number;
  readonly sender: number;
  readonly client_key: string;
  readonly number: number;
  readonly kind: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly reply_to: number;
  readonly thread_root: number;
  readonly mentions: readonly number[];
  readonly mentions_all: boolean;
  readonly app: number;
  readonly edited_at: number;
  readonly recalled_at: number;
  readonly reactions: Readonly<Record<string, readonly number[]>>;
  readonly version: number;
  readonly forwarded_from: number;
  readonly urgent: boolean;
  readonly confirmed: readonly number[];
  readonly pinned_at: number;
  readonly thread_count: number;
  readonly thread_last_at: number;
  readonly thread_people: readonly number[];
  readonly previews: readonly LinkPreview[];
}

/** The body of message `target` (a seq) is now `body`. Empty when the message was recalled since. */
export interface MessageEdited {
  readonly type: "message.edited";
  readonly conversation: number;
  readonly seq: number;
  readonly at: number;
  readonly sender: number;
  readonly client_key: string;
  readonly target: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly mentions: readonly number[];
  readonly mentions_all: boolean;
}

/**
 * Message `target` (a seq) with message number `number` is withdrawn for everybody; a tombstone stays.
 *
 * `thread_root`: the seq of its thread's first message, when it was a reply.
 */
export interface MessageRecalled {
  readonly type: "message.recalled";
  readonly conversation: number;
  readonly seq: number;
  readonly at: number;
  readonly sender: number;
  readonly client_key: string;
  readonly target: number;
  readonly number: number;
  readonly thread_root: number;
}

/** `sender` put `emoji` under message `target`. */
export interface ReactionAdded {
  readonly type: "reaction.added";
  readonly conversation: number;
  readonly seq: number;
  readonly at: number;
  readonly sender: number;
  readonly client_key: string;
  readonly target: number;
  readonly emoji: string;
}

/** `sender` took `emoji` back from message `target`. */
export interface ReactionRemoved {
  readonly type: "reaction.removed";
  readonly conversation: number;
  readonly seq: number;
  readonly at: number;
  readonly sender: number;
  readonly client_key: string;
  readonly target: number;
  readonly emoji: string;
}

/** `sender` pinned message `target` for everybody; its `pinned_at` is this entry's time. */
export interface MessagePinned {
  readonly type: "message.pinned";
  readonly conversation: number;
  readonly seq: number;
  readonly at: number;
  readonly sender: number;
  readonly client_key: string;
  readonly target: number;
}

/** Message `target` is pinned no more. */
export interface MessageUnpinned {
  readonly type: "message.unpinned";
  readonly conversation: number;
  readonly seq: number;
  readonly at: number;
  readonly sender: number;
  readonly client_key: string;
  readonly target: number;
}

/** `sender` confirmed the urgent message `target`. */
export interface MessageConfirmed {
  readonly type: "message.confirmed";
  readonly conversation: number;
  readonly seq: number;
  readonly at: number;
  readonly sender: number;
  readonly client_key: string;
  readonly target: number;
}

/** `previews` are now what the links of message `target` lead to. */
export interface MessagePreviewed {
  readonly type: "message.previewed";
  readonly conversation: number;
  readonly seq: number;
  readonly at: number;
  readonly sender: number;
  readonly client_key: string;
  readonly target: number;
  readonly previews: readonly LinkPreview[];
}

/** The first entry of a timeline. `kind`: direct, group or personal. */
export interface ConversationCreated {
  readonly type: "conversation.created";
  readonly conversation: number;
  readonly seq: number;
  readonly at: number;
  readonly sender: number;
  readonly client_key: string;
  readonly kind: string;
  readonly title: string;
}

/** Title, description, posting rule or picture changed; all four are given as they are now. `avatar`: its id. */
export interface ConversationUpdated {
  readonly type: "conversation.updated";
  readonly conversation: number;
  readonly seq: number;
  readonly at: number;
  readonly sender: number;
  readonly client_key: string;
  readonly title: string;
  readonly description: string;
  readonly post_policy: string;
  readonly avatar: string;
}

/** `users` joined, brought by `sender`; `member_count` is the count after it. */
export interface MemberAdded {
  readonly type: "member.added";
  readonly conversation: number;
  readonly seq: number;
  readonly at: number;
  readonly sender: number;
  readonly client_key: string;
  readonly users: readonly number[];
  readonly member_count: number;
}

/** `users` are gone; `sender` is one of them when they left by themselves. */
export interface MemberRemoved {
  readonly type: "member.removed";
  readonly conversation: number;
  readonly seq: number;
  readonly at: number;
  readonly sender: number;
  readonly client_key: string;
  readonly users: readonly number[];
  readonly member_count: number;
}

/** `user` has another role, or is muted until `muted_until` (ms; 0: not muted). */
export interface MemberChanged {
  readonly type: "member.changed";
  readonly conversation: number;
  readonly seq: number;
  readonly at: number;
  readonly sender: number;
  readonly client_key: string;
  readonly user: number;
  readonly role: string;
  readonly muted_until: number;
}

/** You are now in a conversation; `state` is its inbox row at that moment. */
export interface InboxJoined {
  readonly type: "inbox.joined";
  readonly conversation: number;
  readonly seq: number;
  readonly at: number;
  readonly sender: number;
  readonly client_key: string;
  readonly state: ConversationState;
}

/** You are no longer in conversation `target`; drop it and what you stored of it. */
export interface InboxLeft {
  readonly type: "inbox.left";
  readonly conversation: number;
  readonly seq: number;
  readonly at: number;
  readonly sender: number;
  readonly client_key: string;
  readonly target: number;
}

/**
 * Your own read position in conversation `target`, moved by any of your devices (coalesced, only grows).
 *
 * It also ends `unread_from`, the mark as unread, even when the position is the same.
 */
export interface ReadMoved {
  readonly type: "read.moved";
  readonly conversation: number;
  readonly seq: number;
  readonly at: number;
  readonly sender: number;
  readonly client_key: string;
  readonly target: number;
  readonly read_number: number;
}

/** You were mentioned in `message`, which comes in full whatever your attention for its conversation. */
export interface MentionReceived {
  readonly type: "mention.received";
  readonly conversation: number;
  readonly seq: number;
  readonly at: number;
  readonly sender: number;
  readonly client_key: string;
  readonly message: MessageCreated;
}

/** A device of yours signed in. */
export interface DeviceAdded {
  readonly type: "device.added";
  readonly conversation: number;
  readonly seq: number;
  readonly at: number;
  readonly sender: number;
  readonly client_key: string;
  readonly device: number;
  readonly name: string;
}

/** A device of yours was signed out; its sockets are closed and its tokens dead. */
export interface DeviceRevoked {
  readonly type: "device.revoked";
  readonly conversation: number;
  readonly seq: number;
  readonly at: number;
  readonly sender: number;
  readonly client_key: string;
  readonly device: number;
}

/**
 * How you treat conversation `target`; all four are given as they are now.
 *
 * `notify`: all, mentions or none. `silent_until` (ms) quiets it for a while. `starred_at` keeps it on top.
 * `unread_from` is the number of the message that you marked as unread; `read.moved` clears it.
 */
export interface PreferenceChanged {
  readonly type: "preference.changed";
  readonly conversation: number;
  readonly seq: number;
  readonly at: number;
  readonly sender: number;
  readonly client_key: string;
  readonly target: number;
  readonly notify: string;
  readonly silent_until: number;
  readonly starred_at: number;
  readonly unread_from: number;
}

/**
 * Your setting `name` is now `value` (null: as by default). Names and shapes: docs/settings.md.
 *
 * Only the newest of a name holds its value: in a gap, an older one comes emptied before it.
 */
export interface SettingChanged {
  readonly type: "setting.changed";
  readonly conversation: number;
  readonly seq: number;
  readonly at: number;
  readonly sender: number;
  readonly client_key: string;
  readonly name: string;
  readonly value: unknown;
}

/**
 * What you are writing in conversation `target` (in its thread `thread_root`), not sent yet; "": nothing.
 *
 * Only the newest of a conversation and thread holds its text: in a gap, an older one comes emptied before it.
 */
export interface DraftChanged {
  readonly type: "draft.changed";
  readonly conversation: number;
  readonly seq: number;
  readonly at: number;
  readonly sender: number;
  readonly client_key: string;
  readonly target: number;
  readonly thread_root: number;
  readonly text: string;
  readonly reply_to: number;
}

/** You keep message `message` (a seq) of conversation `target` for later, or no longer. */
export interface SavedChanged {
  readonly type: "saved.changed";
  readonly conversation: number;
  readonly seq: number;
  readonly at: number;
  readonly sender: number;
  readonly client_key: string;
  readonly target: number;
  readonly message: number;
  readonly saved: boolean;
}

/** Whether you follow the thread `thread_root` of conversation `target`, and how far you have read it (a seq). */
export interface ThreadFollowed {
  readonly type: "thread.followed";
  readonly conversation: number;
  readonly seq: number;
  readonly at: number;
  readonly sender: number;
  readonly client_key: string;
  readonly target: number;
  readonly thread_root: number;
  readonly following: boolean;
  readonly read_seq: number;
}

/**
 * Your message for conversation `target` that is to be sent at `when` (ms). `state`: "waiting", "sent", "cancelled",
 * or "failed" with the code of the error as `problem`; over when sent or cancelled.
 *
 * Only the newest of a `scheduled` says more than that: in a gap, an older one comes emptied, with no state, before it.
 */
export interface ScheduledChanged {
  readonly type: "scheduled.changed";
  readonly conversation: number;
  readonly seq: number;
  readonly at: number;
  readonly sender: number;
  readonly client_key: string;
  readonly scheduled: number;
  readonly target: number;
  readonly state: string;
  readonly when: number;
  readonly text: string;
  readonly thread_root: number;
  readonly reply_to: number;
  readonly problem: string;
}

/**
 * You are reminded of message `message` (a seq) of conversation `target` at `when` (ms). `state`: "waiting", "due"
 * (it is time), "done" (there is none any more).
 *
 * Only the newest of a message holds its time and note: in a gap, an older one comes without them before it.
 */
export interface ReminderChanged {
  readonly type: "reminder.changed";
  readonly conversation: number;
  readonly seq: number;
  readonly at: number;
  readonly sender: number;
  readonly client_key: string;
  readonly target: number;
  readonly message: number;
  readonly state: string;
  readonly when: number;
  readonly note: string;
}

/** `user` has read up to message `read_number`. Positions only grow; a lost one is repeated by the next. */
export interface ReceiptRead {
  readonly type: "receipt.read";
  readonly conversation: number;
  readonly user: number;
  readonly read_number: number;
}

/** A device of `user` holds everything up to `delivered_seq`. Sent in small conversations only. */
export interface ReceiptDelivered {
  readonly type: "receipt.delivered";
  readonly conversation: number;
  readonly user: number;
  readonly delivered_seq: number;
}

/** `user` is typing; forget it after 6 s unless repeated. */
export interface TypingStarted {
  readonly type: "typing.started";
  readonly conversation: number;
  readonly user: number;
}

/** `user` stopped typing without sending; a message of theirs says so by itself. */
export interface TypingStopped {
  readonly type: "typing.stopped";
  readonly conversation: number;
  readonly user: number;
}

/**
 * `user` came or went: `status` is online, away or offline. Sent to those who watch this user.
 *
 * `emoji` and `text` are the user's own words about it until `until` (ms; 0: no end); `quiet_until` (ms): do
 * not disturb.
 */
export interface PresenceChanged {
  readonly type: "presence.changed";
  readonly user: number;
  readonly status: string;
  readonly emoji: string;
  readonly text: string;
  readonly until: number;
  readonly quiet_until: number;
}

/**
 * A large conversation in the background moved on: its head is `head_seq`, its last message `last_number`.
 *
 * At most one a second per conversation. Open the conversation to get the entries.
 */
export interface ConversationAdvanced {
  readonly type: "conversation.advanced";
  readonly conversation: number;
  readonly head_seq: number;
  readonly last_number: number;
}

/**
 * An app says something in a conversation to you alone: whisper `whisper` of its bot `sender`, at `at` (ms).
 *
 * With `target` (a seq) it stands in the place of that message for you: the card as it is yours. The same `whisper`
 * again replaces what it said; `removed`: it is gone. Those of a conversation can be asked for when it is opened.
 */
export interface MessageWhispered {
  readonly type: "message.whispered";
  readonly conversation: number;
  readonly whisper: number;
  readonly at: number;
  readonly sender: number;
  readonly app: number;
  readonly target: number;
  readonly kind: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly removed: boolean;
}

/**
 * An app opens dialog `modal`, or shows another content in it; `body` is a modal's, docs/cards.md.
 *
 * `client_key` is that of the press or command from which it came: the client that sent it shows the dialog.
 */
export interface ModalOpened {
  readonly type: "modal.opened";
  readonly conversation: number;
  readonly modal: number;
  readonly app: number;
  readonly client_key: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Answer to `hello`: who you are, the rules of this socket, and the head of your personal conversation. */
export interface Welcome {
  readonly type: "welcome";
  readonly id: number;
  readonly version: number;
  readonly session: string;
  readonly user: number;
  readonly device: number;
  readonly name: string;
  readonly personal: number;
  readonly now: number;
  readonly heartbeat: number;
  readonly ack_within: number;
  readonly limits: Readonly<Record<string, number>>;
  readonly capabilities: readonly string[];
  readonly server: string;
}

/** It is done and there is nothing to say about it. */
export interface Done {
  readonly type: "done";
  readonly id: number;
}

/**
 * The request `id` failed (0: a frame whose id could not be read). `code` is in errors.CODES.
 *
 * `retry_after` in seconds, when waiting helps.
 */
export interface Failed {
  readonly type: "error";
  readonly id: number;
  readonly error: string;
  readonly message: string;
  readonly retry_after: number;
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * Your write is committed at `seq` and will never be lost. `duplicate`: it already was, under the same key.
 *
 * `number` is the message number (0 for entries that are not messages).
 */
export interface Accepted {
  readonly type: "message.accepted";
  readonly id: number;
  readonly conversation: number;
  readonly seq: number;
  readonly at: number;
  readonly number: number;
  readonly client_key: string;
  readonly duplicate: boolean;
}

/**
 * Entries in seq order. `head_seq` is the head at reading time; `more`: ask again after the last one.
 *
 * `snapshot_required`: too far behind, no entries are sent; take `timeline.history` and continue from its head.
 */
export interface TimelineEntries {
  readonly type: "timeline.entries";
  readonly id: number;
  readonly conversation: number;
  readonly events: readonly AnyEvent[];
  readonly head_seq: number;
  readonly more: boolean;
  readonly snapshot_required: boolean;
}

/** Messages with their present state and member notices, oldest first, true as of `head_seq`. */
export interface TimelinePage {
  readonly type: "timeline.page";
  readonly id: number;
  readonly conversation: number;
  readonly events: readonly AnyEvent[];
  readonly head_seq: number;
  readonly has_older: boolean;
  readonly has_newer: boolean;
}

/**
 * Rows of the inbox that changed (all, without positions), the entries they gained, and what is gone.
 *
 * `gone` lists conversations that the client named and the user is no longer in. `next`: pass it as `cursor`.
 */
export interface InboxPage {
  readonly type: "inbox.page";
  readonly id: number;
  readonly states: readonly ConversationState[];
  readonly deltas: readonly Delta[];
  readonly gone: readonly number[];
  readonly next: string;
}

/** One conversation as you see it. */
export interface ConversationPage {
  readonly type: "conversation.page";
  readonly id: number;
  readonly state: ConversationState;
}

/** The people asked for that exist. */
export interface PeoplePage {
  readonly type: "people.page";
  readonly id: number;
  readonly people: readonly Person[];
}

/** Status of the users asked for: user id → online or away. Those left out are offline. */
export interface PresencePage {
  readonly type: "presence.page";
  readonly id: number;
  readonly statuses: Readonly<Record<string, string>>;
}

/** Answer to the client's `ping`. */
export interface PongReply {
  readonly type: "pong";
  readonly id: number;
  readonly now: number;
}

/**
 * Heartbeat; answer with `pong`. `heads` (conversation → seq) are those that moved or are not acked yet.
 *
 * A client that holds less than a head asks for the gap: so even a silently lost last message is noticed.
 */
export interface ServerPing {
  readonly type: "ping";
  readonly heads: Readonly<Record<string, number>>;
}

/** Facts, several per frame, in order within each conversation. The hub joins encoded events itself. */
export interface Events {
  readonly type: "events";
  readonly events: readonly AnyEvent[];
}

/**
 * First frame of a socket; answered by `welcome`.
 *
 * `version` of the protocol; `capabilities` the client has; `token` unless a session cookie or an Authorization
 * header already said who; `client` and its version, for the device list.
 */
export interface Hello {
  readonly type: "hello";
  readonly id: number;
  readonly version: number;
  readonly capabilities?: readonly string[];
  readonly token?: string;
  readonly client?: string;
}

/** A fresh token for the same user on the open socket; answered by `done`. */
export interface SessionRenew {
  readonly type: "session.renew";
  readonly id: number;
  readonly token: string;
}

/** Are you there? Answered by `pong`. Any frame counts as a sign of life. */
export interface Ping {
  readonly type: "ping";
  readonly id: number;
}

/** Answer to the server's `ping`; the one frame without an id, and it gets no answer. */
export interface Pong {
  readonly type: "pong";
}

/**
 * Everything up to these seqs is held by this device: conversation → seq, cumulative. Coalesce to one a second.
 *
 * Has no id and gets no answer.
 */
export interface SyncAck {
  readonly type: "sync.ack";
  readonly positions: Readonly<Record<string, number>>;
}

/** Say something; answered by `message.accepted` after commit. The same `client_key` again is the same message. */
export interface MessageSend {
  readonly type: "message.send";
  readonly id: number;
  readonly conversation: number;
  readonly client_key: string;
  readonly kind?: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly reply_to?: number;
  readonly thread_root?: number;
  readonly mentions?: readonly number[];
  readonly mentions_all?: boolean;
  readonly urgent?: boolean;
}

/** Replace the body of one's own message `target`; answered by `message.accepted` with the edit's seq. */
export interface MessageEdit {
  readonly type: "message.edit";
  readonly id: number;
  readonly conversation: number;
  readonly client_key: string;
  readonly target: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly mentions?: readonly number[];
  readonly mentions_all?: boolean;
}

/** Withdraw message `target` for everybody; answered by `message.accepted` with the recall's seq. */
export interface MessageRecall {
  readonly type: "message.recall";
  readonly id: number;
  readonly conversation: number;
  readonly client_key: string;
  readonly target: number;
}

/** Put `emoji` under message `target`; answered by `message.accepted`. Already there: nothing new is written. */
export interface ReactionAdd {
  readonly type: "reaction.add";
  readonly id: number;
  readonly conversation: number;
  readonly client_key: string;
  readonly target: number;
  readonly emoji: string;
}

/** Take `emoji` back; answered by `message.accepted`. Not there: nothing new is written. */
export interface ReactionRemove {
  readonly type: "reaction.remove";
  readonly id: number;
  readonly conversation: number;
  readonly client_key: string;
  readonly target: number;
  readonly emoji: string;
}

/** I have read up to message `read_number`; answered by `done` once stored. Positions only grow; the last wins. */
export interface ReceiptMark {
  readonly type: "receipt.mark";
  readonly id: number;
  readonly conversation: number;
  readonly read_number: number;
}

/** I am typing here; repeat every 4 s at most. Answered by `done`. */
export interface TypingStart {
  readonly type: "typing.start";
  readonly id: number;
  readonly conversation: number;
}

/** I stopped typing. Answered by `done`. */
export interface TypingStop {
  readonly type: "typing.stop";
  readonly id: number;
  readonly conversation: number;
}

/**
 * Who of `users` is online, and tell me of changes from now on (the list replaces the last one).
 *
 * Answered by `presence.page`.
 */
export interface PresenceGet {
  readonly type: "presence.get";
  readonly id: number;
  readonly users: readonly number[];
}

/** Names of `users`; answered by `people.page`. Unknown ids are left out. */
export interface PeopleGet {
  readonly type: "people.get";
  readonly id: number;
  readonly users: readonly number[];
}

/** Full attention: send every event of this conversation however large it is. Answered by `done`. */
export interface ConversationOpen {
  readonly type: "conversation.open";
  readonly id: number;
  readonly conversation: number;
}

/** Back to background attention. Answered by `done`. */
export interface ConversationClose {
  readonly type: "conversation.close";
  readonly id: number;
  readonly conversation: number;
}

/** The direct conversation with `user`, made if there is none; answered by `conversation.page`. */
export interface DirectOpen {
  readonly type: "direct.open";
  readonly id: number;
  readonly user: number;
}

/** Entries with seq in (`after`, `until`] in order (`until` 0: the head); answered by `timeline.entries`. */
export interface TimelineSync {
  readonly type: "timeline.sync";
  readonly id: number;
  readonly conversation: number;
  readonly after: number;
  readonly until?: number;
  readonly limit?: number;
}

/**
 * A page of what people see (messages with their present state, member notices), oldest first.
 *
 * `before` seq (exclusive), or `after` seq (exclusive), or `around` seq; all 0: the newest. With
 * `thread_root` only that message and the replies of its thread. Answered by `timeline.page`.
 */
export interface TimelineHistory {
  readonly type: "timeline.history";
  readonly id: number;
  readonly conversation: number;
  readonly before?: number;
  readonly after?: number;
  readonly around?: number;
  readonly limit?: number;
  readonly thread_root?: number;
}

/**
 * What changed while I was away, in one round trip: `positions` conversation → last seq held.
 *
 * Without positions: everything, newest conversation first. `cursor` continues an answer that said `next`.
 * Answered by `inbox.page`.
 */
export interface InboxSync {
  readonly type: "inbox.sync";
  readonly id: number;
  readonly positions?: Readonly<Record<string, number>>;
  readonly cursor?: string;
}

export type AnyEvent =
  | MessageCreated
  | MessageEdited
  | MessageRecalled
  | ReactionAdded
  | ReactionRemoved
  | MessagePinned
  | MessageUnpinned
  | MessageConfirmed
  | MessagePreviewed
  | ConversationCreated
  | ConversationUpdated
  | MemberAdded
  | MemberRemoved
  | MemberChanged
  | InboxJoined
  | InboxLeft
  | ReadMoved
  | MentionReceived
  | DeviceAdded
  | DeviceRevoked
  | PreferenceChanged
  | SettingChanged
  | DraftChanged
  | SavedChanged
  | ThreadFollowed
  | ScheduledChanged
  | ReminderChanged
  | ReceiptRead
  | ReceiptDelivered
  | TypingStarted
  | TypingStopped
  | PresenceChanged
  | ConversationAdvanced
  | MessageWhispered
  | ModalOpened
  | UnknownEvent

export type DurableEvent =
  | MessageCreated
  | MessageEdited
  | MessageRecalled
  | ReactionAdded
  | ReactionRemoved
  | MessagePinned
  | MessageUnpinned
  | MessageConfirmed
  | MessagePreviewed
  | ConversationCreated
  | ConversationUpdated
  | MemberAdded
  | MemberRemoved
  | MemberChanged
  | InboxJoined
  | InboxLeft
  | ReadMoved
  | MentionReceived
  | DeviceAdded
  | DeviceRevoked
  | PreferenceChanged
  | SettingChanged
  | DraftChanged
  | SavedChanged
  | ThreadFollowed
  | ScheduledChanged
  | ReminderChanged

export type ServerFrame =
  | Welcome
  | Done
  | Failed
  | Accepted
  | TimelineEntries
  | TimelinePage
  | InboxPage
  | ConversationPage
  | PeoplePage
  | PresencePage
  | PongReply
  | ServerPing
  | Events

export type Frame =
  | Hello
  | SessionRenew
  | Ping
  | Pong
  | SyncAck
  | MessageSend
  | MessageEdit
  | MessageRecall
  | ReactionAdd
  | ReactionRemove
  | ReceiptMark
  | TypingStart
  | TypingStop
  | PresenceGet
  | PeopleGet
  | ConversationOpen
  | ConversationClose
  | DirectOpen
  | TimelineSync
  | TimelineHistory
  | InboxSync

/** Requests: frames that carry an id and get an answer. */
export type Request =
  | Hello
  | SessionRenew
  | Ping
  | MessageSend
  | MessageEdit
  | MessageRecall
  | ReactionAdd
  | ReactionRemove
  | ReceiptMark
  | TypingStart
  | TypingStop
  | PresenceGet
  | PeopleGet
  | ConversationOpen
  | ConversationClose
  | DirectOpen
  | TimelineSync
  | TimelineHistory
  | InboxSync

/** Every error code of this protocol version. */
export type ErrorCode = "malformed" | "unknown_frame" | "invalid" | "too_large" | "unsupported_version" | "key_reused" | "unauthenticated" | "token_expired" | "device_revoked" | "bad_credentials" | "second_factor_required" | "not_a_member" | "not_allowed" | "muted" | "read_only" | "window_over" | "words_blocked" | "origin_refused" | "not_found" | "conflict" | "rate_limited" | "unavailable" | "internal";

export const CloseCode = {
  GOING_AWAY: 4000,
  LAGGING: 4001,
  HEARTBEAT_MISSED: 4002,
  ACKS_MISSED: 4003,
  INTERNAL: 4004,
  TOO_FAST: 4100,
  TOKEN_EXPIRED: 4101,
  HELLO_MISSED: 4102,
  MALFORMED: 4400,
  UNAUTHENTICATED: 4401,
  DEVICE_REVOKED: 4403,
  UNSUPPORTED_VERSION: 4406,
  TOO_LARGE: 4413,
} as const;

/** Field, kind, and the value when it is left out (absent: it must not be). */
export type ShapeRow = readonly [name: string, kind: string, fallback?: unknown];

/** Tags of all events. */
export const EVENT_TAGS: Set<string> = new Set();
/** Tags of those that are entries of a timeline. */
export const DURABLE_TAGS: Set<string> = new Set();
/** Per wire name its fields, in the order of the binary codec. */
export const SHAPES: Readonly<Record<string, readonly ShapeRow[]>> = Object.fromEntries(
  `
LinkPreview|url:s|title:s~|description:s~|site:s~|image:s~
ConversationState|conversation:n|kind:s|title:s~|description:s~|peer:n~|role:s="member"|post_policy:s="all"|head_seq:n~|last_number:n~|read_number:n~|delivered_seq:n~|unread:n~|unread_mentions:n~|history_from:n~|member_count:n~|muted_until:n~|large:b~|last:message.created?~|last_at:n~|recalled:[]n~|mentioned:[]n~|notify:s="all"|silent_until:n~|starred_at:n~|unread_from:n~|avatar:s~
Delta|conversation:n|events:[]AnyEvent~|complete:b~
Person|id:n|username:s|name:s|other_name:s~|kind:s="human"|title:s~|department:s~|avatar:s~|active:b=true|status_emoji:s~|status_text:s~|status_until:n~|quiet_until:n~|initials:s~
!message.created|@|number:n|kind:s|body:{}|reply_to:n~|thread_root:n~|mentions:[]n~|mentions_all:b~|app:n~|edited_at:n~|recalled_at:n~|reactions:{}~|version:n~|forwarded_from:n~|urgent:b~|confirmed:[]n~|pinned_at:n~|thread_count:n~|thread_last_at:n~|thread_people:[]n~|previews:[]LinkPreview~
!message.edited|@|target:n|body:{}|mentions:[]n~|mentions_all:b~
!message.recalled|@|target:n|number:n|thread_root:n~
!reaction.added|@|target:n|emoji:s
!reaction.removed|@|target:n|emoji:s
!message.pinned|@|target:n
!message.unpinned|@|target:n
!message.confirmed|@|target:n
!message.previewed|@|target:n|previews:[]LinkPreview
!conversation.created|@|kind:s|title:s~
!conversation.updated|@|title:s~|description:s~|post_policy:s="all"|avatar:s~
!member.added|@|users:[]n|member_count:n
!member.removed|@|users:[]n|member_count:n
!member.changed|@|user:n|role:s|muted_until:n~
!inbox.joined|@|state:ConversationState
!inbox.left|@|target:n
!read.moved|@|target:n|read_number:n
!mention.received|@|message:message.created
!device.added|@|device:n|name:s
!device.revoked|@|device:n
!preference.changed|@|target:n|notify:s="all"|silent_until:n~|starred_at:n~|unread_from:n~
!setting.changed|@|name:s|value:*~
!draft.changed|@|target:n|thread_root:n~|text:s~|reply_to:n~
!saved.changed|@|target:n|message:n|saved:b~
!thread.followed|@|target:n|thread_root:n|following:b~|read_seq:n~
!scheduled.changed|@|scheduled:n|target:n~|state:s~|when:n~|text:s~|thread_root:n~|reply_to:n~|problem:s~
!reminder.changed|@|target:n|message:n|state:s~|when:n~|note:s~
+receipt.read|conversation:n|user:n|read_number:n
+receipt.delivered|conversation:n|user:n|delivered_seq:n
+typing.started|conversation:n|user:n
+typing.stopped|conversation:n|user:n
+presence.changed|user:n|status:s|emoji:s~|text:s~|until:n~|quiet_until:n~
+conversation.advanced|conversation:n|head_seq:n|last_number:n
+message.whispered|conversation:n|whisper:n|at:n|sender:n~|app:n~|target:n~|kind:s~|body:{}~|removed:b~
+modal.opened|conversation:n|modal:n|app:n|client_key:s~|body:{}~
welcome|id:n|version:n|session:s|user:n|device:n|name:s|personal:n|now:n|heartbeat:n|ack_within:n|limits:{}|capabilities:[]s~|server:s~
done|id:n
error|id:n|error:s|message:s|retry_after:n~|details:{}~
message.accepted|id:n|conversation:n|seq:n|at:n|number:n~|client_key:s~|duplicate:b~
timeline.entries|id:n|conversation:n|events:[]AnyEvent|head_seq:n|more:b~|snapshot_required:b~
timeline.page|id:n|conversation:n|events:[]AnyEvent|head_seq:n|has_older:b~|has_newer:b~
inbox.page|id:n|states:[]ConversationState|deltas:[]Delta~|gone:[]n~|next:s~
conversation.page|id:n|state:ConversationState
people.page|id:n|people:[]Person
presence.page|id:n|statuses:{}
pong|id:n|now:n
ping|heads:{}~
events|events:[]AnyEvent
`
    .trim()
    .replaceAll("@", "conversation:n|seq:n|at:n|sender:n~|client_key:s~")
    .split("\n")
    .map((line) => {
      const [head = "", ...cells] = line.split("|");
      const name = head.replace(/^[!+]/, "");
      if (name !== head) EVENT_TAGS.add(name);
      if (head.startsWith("!")) DURABLE_TAGS.add(name);
      return [name, cells.map(rowOf)];
    }),
);

function rowOf(cell: string): ShapeRow {
  const [, name = "", kind = "", rest = ""] = /^(\w+):([^~=]+)(.*)$/.exec(cell) ?? [];
  if (!rest) return [name, kind];
  return [name, kind, rest === "~" ? emptyOf(kind) : JSON.parse(rest.slice(1))];
}

function emptyOf(kind: string): unknown {
  if (kind === "*" || kind.endsWith("?")) return null;
  if (kind.startsWith("[]")) return [];
  return ({ n: 0, s: "", b: false, "{}": {} } as Readonly<Record<string, unknown>>)[kind];
}
