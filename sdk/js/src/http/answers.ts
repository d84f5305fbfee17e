/**
 * Shapes that only the HTTP door has; whatever the socket knows too is in wire.ts.
 */

import type { Accepted, MessageCreated, Person } from "../wire.ts";

/** Part of a list; `next` is "" at the end. */
export interface Paged {
  readonly next: string;
}

export interface Device {
  readonly id: number;
  readonly platform: string;
  readonly name: string;
  readonly created_at: number;
  readonly last_seen_at: number;
  readonly last_ip?: string;
  readonly current?: boolean;
}

export interface Member {
  readonly user: number;
  readonly role: string;
  readonly joined_at?: number;
  readonly muted_until?: number;
  readonly read_number?: number;
  readonly delivered_seq?: number;
}

export interface Members extends Paged {
  readonly members: readonly Member[];
  readonly member_count: number;
}

export interface Hit {
  readonly message: MessageCreated;
  readonly text: string;
  readonly highlights: readonly (readonly [number, number])[];
}

export interface Hits extends Paged {
  readonly hits: readonly Hit[];
}

export interface People extends Paged {
  readonly people: readonly Person[];
}

export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly media_type: string;
  readonly size: number;
  readonly sha256?: string;
  readonly width?: number;
  readonly height?: number;
  readonly thumbnail?: boolean;
}

export interface Messages extends Paged {
  readonly messages: readonly MessageCreated[];
}

export interface FollowedThread {
  readonly conversation: number;
  readonly root: MessageCreated;
  readonly unread: number;
  readonly read_seq: number;
  readonly last_at: number;
}

export interface FollowedThreads extends Paged {
  readonly threads: readonly FollowedThread[];
}

export interface Edits {
  readonly edits: readonly { readonly at: number; readonly body: Readonly<Record<string, unknown>> }[];
}

export interface Readers extends Paged {
  readonly people: readonly { readonly user: number; readonly at: number }[];
  readonly read: number;
  readonly unread: number;
}

export interface Forwarded {
  readonly accepted: readonly Accepted[];
}

export interface ActionAnswer {
  readonly state: "done" | "sent";
  readonly message?: string;
}

export interface AllRead {
  readonly marked: readonly { readonly conversation: number; readonly read_number_before: number }[];
}

export interface Drafts {
  readonly drafts: readonly {
    readonly conversation: number;
    readonly thread_root?: number;
    readonly text: string;
    readonly reply_to?: number;
    readonly at?: number;
  }[];
  /** Seq of the last personal entry that is in it. */
  readonly seq: number;
}

export interface Settings {
  readonly values: Readonly<Record<string, unknown>>;
  readonly seq: number;
}

export interface Me {
  readonly person: Person;
  readonly device: number;
  readonly personal: number;
  readonly locale: string;
  readonly limits: Readonly<Record<string, number>>;
  readonly staff?: boolean;
}

/** A person and what only their card shows. */
export interface PersonCard {
  readonly person: Person;
  readonly departments: readonly (readonly string[])[];
  readonly shared_conversations: number;
}

export interface Upload {
  readonly upload: string;
  readonly offset: number;
  readonly chunk: number;
}

export interface Command {
  readonly name: string;
  readonly usage: string;
  readonly help_en: string;
  readonly help_zh: string;
}
