/** What is said on message cards: English. */

import type { Sentences } from "../phrase.ts";

export const en = {
  action_sent: "Sent",
  action_failed: "Not done: {why}",
  yes_do: "Yes: {what}",
  choose: "Choose…",
  submit: "Submit",
} satisfies Sentences;
