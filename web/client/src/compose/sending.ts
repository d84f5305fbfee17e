/** From words in the field to what the server gets: a message, an edit, a command, files. */

import { toast } from "../app/layers.ts";
import { client } from "../app/state.ts";
import { mine } from "../door/mine.ts";
import type { About, Place } from "../talk/place.ts";
import { t, why } from "../words/index.ts";
import { full } from "../words/time.ts";
import { commandIn, runCommand } from "./commands.ts";
import { sendFiles } from "./files.ts";
import type { Mentions } from "./people.ts";

export interface Utterance {
  readonly words: string;
  readonly about: About | null;
  readonly urgent: boolean;
}

/** Sends at once; what only the caller should read of a command comes back as text, "" otherwise. */
export async function utter(place: Place, mentions: Mentions, { words, about, urgent }: Utterance): Promise<string> {
  const { conversation } = place.row.value;
  const { users, all } = mentions.taken(words);
  if (about?.is === "edit") {
    mentions.forget();
    client().edit(conversation, about.message.seq, { text: words }, { mentions: users, mentions_all: all }).catch(refused);
    return "";
  }
  if (words.startsWith("/") && !place.root && (await commandIn(words))) return runCommand(conversation, words).catch((cause: { code?: string; message?: string }) => cause.message ?? why(cause.code ?? "internal"));
  mentions.forget();
  place.said.value++;
  if (sendFiles(conversation, place.root, words) || !words) return "";
  client().send({
    conversation,
    body: { text: words },
    mentions: users,
    ...(all ? { mentions_all: true } : {}),
    ...(urgent ? { urgent: true } : {}),
    ...(about ? { reply_to: about.message.seq } : {}),
    ...(place.root ? { thread_root: place.root } : {}),
  });
  return "";
}

/** At a time; what was written stays in the field when the server refuses. */
export async function utterLater(place: Place, mentions: Mentions, { words, about }: Utterance, at: number): Promise<boolean> {
  const { users, all } = mentions.taken(words);
  const said = { text: words, at, thread_root: place.root, reply_to: about?.is === "reply" ? about.message.seq : 0, mentions: users, mentions_all: all };
  try {
    await mine.schedule(place.row.value.conversation, said);
  } catch (cause) {
    refused(cause as { code?: string });
    return false;
  }
  mentions.forget();
  toast.value = { text: t("send_later_set", { at: full(at) }) };
  return true;
}

function refused(cause: { code?: string }): void {
  toast.value = { text: t("not_done", { why: why(cause.code ?? "internal") }) };
}
