/** A device without a screen: the kit alone in a page of the real server, driven by the test of devices. */

import { createBrowserClient, type FullClient } from "../../../sdk/js/src/browser/index.ts";

/** One thing to do: what, and two numbers from 0 to 1 that choose where and how. */
type Step = readonly [what: string, where: number, how: number];

interface Digest {
  readonly rows: readonly unknown[];
  readonly unread: number;
  readonly drafts: readonly unknown[];
  readonly saved: readonly string[];
  readonly settings: unknown;
}

const client: FullClient = createBrowserClient({ database: "device", client: "device-test/1" });
/** What this device said, to be recalled. */
const said: { conversation: number; seq: number }[] = [];
const refused: Record<string, number> = {};
let waiting = 0;

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

function rows() {
  const { rows } = client.inbox.getSnapshot();
  return rows.filter(({ kind }) => kind !== "personal").sort((a, b) => a.conversation - b.conversation);
}

async function act([what, where, how]: Step, peer: number): Promise<unknown> {
  const all = rows();
  const row = all[Math.floor(where * all.length)];
  if (row === undefined) return;
  const { conversation } = row;
  const last = row.last;
  switch (what) {
    case "send": {
      const mentions = how < 0.2 && row.kind === "group" ? { mentions: [peer] } : {};
      const { seq } = await client.send({ conversation, body: { text: `said ${how}` }, ...mentions }).done;
      return said.push({ conversation, seq });
    }
    case "reply":
      if (last === null || last.recalled_at) return;
      return client.send({ conversation, body: { text: `reply ${how}` }, thread_root: last.thread_root || last.seq }).done;
    case "recall": {
      const chosen = said.splice(Math.floor(how * said.length), 1)[0];
      return chosen && client.recall(chosen.conversation, chosen.seq);
    }
    case "read":
      return client.markRead(conversation, row.read_number + Math.ceil(how * (row.last_number - row.read_number)));
    case "unread":
      return client.api.markUnread(conversation, Math.max(1, Math.ceil(how * row.last_number)));
    case "mute":
      return client.prefer(conversation, { notify: how < 0.4 ? "none" : how < 0.7 ? "mentions" : "all" });
    case "star":
      return client.prefer(conversation, { starred: how < 0.5 });
    case "draft":
      return client.drafts.set(conversation, how < 0.3 ? "" : `draft ${how}`);
    case "save":
      return last && client.saved.save(conversation, last.seq, how < 0.6);
    case "pin":
      return last && client.pins.pin(conversation, last.seq, how < 0.6);
    case "setting":
      return client.settings.set("density", how < 0.5 ? "compact" : "comfortable");
    case "leave":
      return row.kind === "group" ? client.api.leave(conversation) : undefined;
    case "rejoin":
      return row.kind === "group" ? client.api.addMembers(conversation, [peer]) : undefined;
    default:
      throw new Error(`no such step: ${what}`);
  }
}

/** Takes the steps one after the other, waiting for each no longer than a hand would. Answers how many it took. */
async function run(steps: readonly Step[], peer: number): Promise<number> {
  for (const step of steps) {
    waiting += 1;
    const done = act(step, peer)
      .catch((cause: { code?: string }) => {
        const name = `${step[0]}: ${cause.code ?? String(cause)}`;
        refused[name] = (refused[name] ?? 0) + 1;
      })
      .finally(() => void (waiting -= 1));
    await Promise.race([done, pause(40)]);
  }
  return steps.length;
}

/** Everything that has to be equal on all devices of a person. */
function digest(): Digest {
  const { unread } = client.inbox.getSnapshot();
  return {
    unread,
    rows: rows().map((row) => ({
      conversation: row.conversation,
      head: row.head_seq,
      last: row.last_number,
      read: row.read_number,
      unread: row.unread,
      mentions: row.unread_mentions,
      notify: row.notify,
      starred: row.starred_at > 0,
      unread_from: row.unread_from,
      members: row.member_count,
    })),
    drafts: [...client.drafts.getSnapshot()].map(([key, { text }]) => [key, text]).sort(),
    saved: [...client.saved.getSnapshot()].sort(),
    settings: client.settings.getSnapshot().values,
  };
}

const state = () => ({
  online: client.connection.online,
  waiting,
  // What was refused for good (said in a group that was left) stays for its author to see: it is not counted.
  unsent: client.outbox.size + client.drafts.unsent,
  refused,
});

Object.assign(globalThis, { device: { client, run, digest, state } });
void client.start();
