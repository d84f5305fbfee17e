/**
 * Which HTTP call each request of a socket is, and its answer as the frame that a socket would send.
 */

import type { Caller } from "../http/caller.ts";
import { VERSION, type Frame, type Person } from "../wire.ts";

type Loose = Record<string, unknown>;
type Request = Exclude<Frame, { type: "pong" | "sync.ack" }>;

const DONE: Loose = { type: "done" };

export async function routeOf(caller: Caller, frame: Request, heartbeat: number): Promise<Loose> {
  switch (frame.type) {
    case "hello":
      return welcome(await caller.ask<Loose>("me", { tries: 1 }), heartbeat);
    case "ping":
      await caller.ask("me", { tries: 1 });
      return { type: "pong", now: 0 };
    case "message.send":
    case "message.edit":
    case "message.recall":
    case "reaction.add":
    case "reaction.remove":
      return { type: "message.accepted", ...(await write(caller, frame)) };
    case "receipt.mark": {
      const { conversation, read_number } = frame;
      await caller.ask(`conversations/${conversation}/read`, { method: "POST", body: { read_number }, tries: 1 });
      return DONE;
    }
    case "timeline.sync":
    case "timeline.history": {
      const { type, id: _, conversation, ...query } = frame;
      const sync = type === "timeline.sync";
      const page = await caller.ask<Loose>(`conversations/${conversation}/${sync ? "entries" : "messages"}`, {
        query: sync ? { ...query, after: String(frame.after) } : query,
        tries: 1,
      });
      return { ...page, type: sync ? "timeline.entries" : "timeline.page" };
    }
    case "inbox.sync": {
      const { positions = {}, cursor = "" } = frame;
      const page = await caller.ask<Loose>("sync", { method: "POST", body: { positions, cursor }, tries: 1 });
      return { states: [], ...page, type: "inbox.page" };
    }
    case "people.get":
      return { type: "people.page", people: await people(caller, frame.users) };
    case "presence.get": {
      const page = await caller.ask<Loose>("presence", { query: { users: frame.users.join(",") }, tries: 1 });
      return { ...page, type: "presence.page" };
    }
    case "direct.open": {
      const page = await caller.ask<Loose>("conversations/direct", { method: "POST", body: { user: frame.user }, tries: 1 });
      return { ...page, type: "conversation.page" };
    }
    default:
      return DONE; // attention, typing and tokens need no request here
  }
}

async function write(caller: Caller, frame: Extract<Request, { client_key: string }>): Promise<Loose> {
  const { conversation, client_key: key } = frame;
  const messages = `conversations/${conversation}/messages`;
  if (frame.type === "message.send") {
    const { type: _, id: __, conversation: ___, ...body } = frame;
    return caller.ask(messages, { method: "POST", body, key, tries: 1 });
  }
  const target = `${messages}/${frame.target}`;
  if (frame.type === "message.edit") {
    const { body, mentions = [], mentions_all = false } = frame;
    return caller.ask(target, { method: "PATCH", body: { body, mentions, mentions_all, client_key: key }, key, tries: 1 });
  }
  if (frame.type === "message.recall") return caller.ask(target, { method: "DELETE", key, tries: 1 });
  const method = frame.type === "reaction.add" ? "PUT" : "DELETE";
  return caller.ask(`${target}/reactions/${encodeURIComponent(frame.emoji)}`, { method, key, tries: 1 });
}

/** One by one: the door has no list by ids. Whom it does not know is left out. */
async function people(caller: Caller, users: readonly number[]): Promise<Loose[]> {
  const found = await Promise.allSettled(users.map((user) => caller.ask<Loose & { person?: Person }>(`users/${user}`, { tries: 1 })));
  return found.flatMap((each) => (each.status === "fulfilled" ? [(each.value.person as Loose | undefined) ?? each.value] : []));
}

function welcome(me: Loose, heartbeat: number): Loose {
  const { person, device, personal, limits } = me as { person: Person; device: number; personal: number; limits: Loose };
  return {
    ...{ type: "welcome", version: VERSION, session: "poll", user: person.id, device, name: person.name, personal },
    ...{ now: 0, heartbeat, ack_within: 0, limits },
  };
}
