/** Reports of messages, over the HTTP door. */

import { ask } from "./ask.ts";

export const CATEGORIES = ["spam", "abuse", "leak", "illegal", "other"] as const;
export type Category = (typeof CATEGORIES)[number];
export type Outcome = "taken" | "dismissed" | "removed" | "muted" | "banned";

export interface Report {
  readonly id: number;
  readonly seq: number;
  readonly sender: number;
  readonly category: string;
  readonly state: string;
  readonly at: number;
  readonly reporter?: number;
  readonly text?: string;
  readonly preview?: string;
  readonly taken_by?: number;
}

export const PAGE = 50;

export const reports = {
  make: (conversation: number, seq: number, category: Category, text: string) =>
    ask<unknown>(`conversations/${conversation}/messages/${seq}/report`, { method: "POST", body: { category, text } }),

  waiting: async (conversation: number, after: number): Promise<readonly Report[]> =>
    (await ask<{ reports: readonly Report[] }>(`conversations/${conversation}/reports?limit=${PAGE}&after=${after}`)).reports,

  answer: (conversation: number, report: number, outcome: Outcome, until = 0) =>
    ask<unknown>(`conversations/${conversation}/reports/${report}`, { method: "POST", body: { outcome, until } }),
};
