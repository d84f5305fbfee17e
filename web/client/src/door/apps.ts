/** Apps of developers, over the HTTP door. */

import { ask } from "./ask.ts";

export interface App {
  readonly id: number;
  readonly name: string;
  readonly state: "draft" | "pending" | "approved" | "suspended";
  readonly description?: string;
  readonly bot?: number;
  readonly reason?: string;
  readonly client_id?: string;
  readonly installation?: { readonly scopes: readonly string[]; readonly at: number };
  readonly version?: number;
  readonly proposal?: number;
}

export interface Command {
  readonly name: string;
  readonly help: string;
  readonly usage?: string;
  readonly help_zh?: string;
}

export interface Manifest {
  readonly name: string;
  readonly description?: string;
  readonly homepage?: string;
  readonly scopes?: readonly string[];
  readonly redirect_urls?: readonly string[];
  readonly client_type?: string;
  readonly departments?: readonly number[];
  readonly interactivity?: { readonly url: string; readonly signature?: string } | null;
  readonly commands?: readonly Command[];
  readonly events?: { readonly url?: string; readonly types?: readonly string[]; readonly signature?: string } | null;
}

export interface Change {
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

export interface Secrets {
  readonly client?: string;
  readonly interactivity?: string;
  readonly events?: string;
  readonly bot?: string;
}

export interface Done {
  readonly app: App;
  readonly changes?: readonly Change[];
  readonly applied?: boolean;
  readonly secrets?: Secrets;
}

export interface Scope {
  readonly name: string;
  readonly english: string;
  readonly chinese: string;
  readonly private?: boolean;
  readonly given?: boolean;
}

export interface Version {
  readonly number: number;
  readonly state: string;
  readonly at: number;
  readonly changes?: readonly Change[];
  readonly reason?: string;
}

export interface Subscription {
  readonly id: number;
  readonly state: "pending" | "active" | "disabled";
  readonly url?: string;
  readonly reason?: string;
  readonly last_number?: number;
}

export interface Attempt {
  readonly at: number;
  readonly status?: number;
  readonly ms?: number;
  readonly reason?: string;
}

export interface Delivery {
  readonly number: number;
  readonly type: string;
  readonly state: string;
  readonly attempts?: readonly Attempt[];
}

export interface Question extends Attempt {
  readonly id: number;
  readonly kind: string;
}

export interface Hour {
  readonly at: number;
  readonly posted?: number;
  readonly posted_failed?: number;
  readonly asked?: number;
  readonly asked_failed?: number;
  readonly ms?: number;
}

export interface Usage {
  readonly hours?: readonly Hour[];
  readonly waiting?: number;
  readonly dead?: number;
}

const at = (app: number): string => `apps/${app}`;

export const apps = {
  list: (which: "mine" | "waiting") => ask<{ apps: readonly App[]; reviewer?: boolean }>(`apps?list=${which}`),
  create: (manifest: Manifest) => ask<Done>("apps", { method: "POST", body: manifest }),
  translate: (text: string) => ask<{ manifest: Manifest; left_out?: readonly string[] }>("apps/translate", { method: "POST", body: { text } }),
  get: (app: number) => ask<App>(at(app)),
  manifest: (app: number) => ask<Manifest>(`${at(app)}/manifest`),
  put: (app: number, manifest: Manifest, base: number) => ask<Done>(`${at(app)}/manifest?base=${base}`, { method: "PUT", body: manifest }),
  versions: async (app: number) => (await ask<{ versions: readonly Version[] }>(`${at(app)}/manifest/versions`)).versions,
  submit: (app: number) => ask<App>(`${at(app)}/submission`, { method: "PUT" }),
  withdraw: (app: number) => ask<App>(`${at(app)}/submission`, { method: "DELETE" }),
  review: (app: number, decision: string, reason: string) => ask<App>(`${at(app)}/review`, { method: "POST", body: { decision, reason } }),
  consent: async (app: number) => (await ask<{ scopes: readonly Scope[] }>(`${at(app)}/consent`)).scopes,
  install: (app: number, scopes: readonly string[]) => ask<{ app: App; token: string }>(`${at(app)}/installation`, { method: "POST", body: { scopes } }),
  uninstall: (app: number) => ask<unknown>(`${at(app)}/installation`, { method: "DELETE" }),
  /** Another secret, shown this once: of the OAuth client, of questions, of the bot. */
  rotate: async (app: number, what: "secret" | "interactivity/secret" | "installation/token") =>
    (await ask<{ secret: string }>(`${at(app)}/${what}`, { method: "POST", body: what === "installation/token" ? {} : undefined })).secret,
  scopes: async () => (await ask<{ scopes: readonly Scope[] }>("scopes")).scopes,
  subscriptions: async (app: number) => (await ask<{ subscriptions: readonly Subscription[] }>(`${at(app)}/subscriptions`)).subscriptions,
  verify: (subscription: number) => ask<Subscription>(`subscriptions/${subscription}/verify`, { method: "POST" }),
  deliveries: async ({ id, last_number = 0 }: Subscription) =>
    (await ask<{ deliveries: readonly Delivery[] }>(`subscriptions/${id}/deliveries?after=${Math.max(0, last_number - 50)}`)).deliveries,
  redeliver: (subscription: number, first: number, last: number) =>
    ask<{ count: number }>(`subscriptions/${subscription}/deliveries`, { method: "POST", body: { first, last } }),
  questions: async (app: number) => (await ask<{ interactions: readonly Question[] }>(`${at(app)}/interactions`)).interactions,
  usage: (app: number, hours: number) => ask<Usage>(`${at(app)}/usage?hours=${hours}`),
};

/** The facts that apps can be told of. */
export const EVENTS = [
  "message.created", "message.edited", "message.recalled", "reaction.added", "reaction.removed", "message.pinned", "message.unpinned",
  "message.confirmed", "message.previewed", "conversation.created", "conversation.updated", "member.added", "member.removed", "member.changed",
] as const;
