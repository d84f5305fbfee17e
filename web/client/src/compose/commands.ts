/** Slash commands: the list that the server has, and running one. */

import { openModal, pressKey, type Opened } from "../app/modals.ts";
import { client, type Client } from "../app/state.ts";
import { language } from "../words/index.ts";
import type { Source } from "./complete.ts";

type Command = Awaited<ReturnType<Client["api"]["commands"]>>[number];

let known: readonly Command[] | null = null;

async function commands(): Promise<readonly Command[]> {
  known ??= await client().api.commands();
  return known;
}

export const commandSource: Source = {
  pattern: /^\/([a-z][a-z0-9_-]{0,31})?$/i,
  options: async (query) =>
    (await commands())
      .filter(({ name }) => name.startsWith(query.toLowerCase()))
      .slice(0, 8)
      .map(({ name, usage, help_en, help_zh }) => ({
        key: name,
        picture: "/",
        title: `/${name} ${usage}`.trim(),
        hint: language.value === "zh" ? help_zh : help_en,
        text: `/${name} `,
      })),
};

/** Whether a line is a command that the server knows. Asked before anything is sent as text. */
export async function commandIn(text: string): Promise<boolean> {
  const name = /^\/([a-z][a-z0-9_-]{0,31})(?:\s|$)/i.exec(text)?.[1]?.toLowerCase();
  if (!name) return false;
  try {
    return (await commands()).some((each) => each.name === name);
  } catch {
    return false;
  }
}

/** Runs a line and gives what only the caller should read. */
export async function runCommand(conversation: number, text: string): Promise<string> {
  const spoken = language.value === "zh" ? "zh-hans" : "en";
  const answer = (await client().api.runCommand(conversation, text, spoken, pressKey())) as { text?: string; modal?: Opened };
  if (answer.modal) openModal(answer.modal);
  return answer.text ?? "";
}
