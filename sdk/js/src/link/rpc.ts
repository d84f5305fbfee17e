/**
 * Requests and their answers over the connection: an id each, a time limit, and a clear failure when the socket goes.
 */

import { ParleyError } from "../errors.ts";
import type { Connection } from "../network/connection.ts";
import type { Cancel, Clock } from "../ports.ts";
import type * as wire from "../wire.ts";

/** Which answer each request gets. */
export interface Answers {
  "session.renew": wire.Done;
  ping: wire.PongReply;
  "message.send": wire.Accepted;
  "message.edit": wire.Accepted;
  "message.recall": wire.Accepted;
  "reaction.add": wire.Accepted;
  "reaction.remove": wire.Accepted;
  "receipt.mark": wire.Done;
  "typing.start": wire.Done;
  "typing.stop": wire.Done;
  "presence.get": wire.PresencePage;
  "people.get": wire.PeoplePage;
  "conversation.open": wire.Done;
  "conversation.close": wire.Done;
  "direct.open": wire.ConversationPage;
  "timeline.sync": wire.TimelineEntries;
  "timeline.history": wire.TimelinePage;
  "inbox.sync": wire.InboxPage;
}

type Kinds = keyof Answers;

/** A request without its id, which is given on sending. */
export type Ask<T extends Kinds = Kinds> = T extends Kinds ? Omit<Extract<wire.Request, { type: T }>, "id"> : never;

interface Waiting {
  resolve(answer: wire.ServerFrame): void;
  reject(error: ParleyError): void;
  cancel: Cancel;
}

/** Long enough for a slow database, short enough that a person still waits. */
const ANSWER_MS = 12_000;

export class Rpc {
  private readonly connection: Connection;
  private readonly clock: Clock;
  private readonly waiting = new Map<number, Waiting>();

  constructor(connection: Connection, clock: Clock) {
    this.connection = connection;
    this.clock = clock;
    connection.frames.on((frame) => this.received(frame));
    connection.states.on(({ state }) => {
      if (state !== "online") this.fail(new ParleyError("connection_lost", "The connection was lost."));
    });
  }

  /** Resolves with the answer; rejects with a ParleyError. */
  request<A extends Ask>(ask: A, timeout = ANSWER_MS): Promise<Answers[A["type"]]> {
    const id = this.connection.nextId();
    return new Promise<Answers[A["type"]]>((resolve, reject) => {
      const cancel = this.clock.after(timeout, () => {
        this.waiting.delete(id);
        this.connection.probe();
        reject(new ParleyError("timed_out", "The server did not answer in time."));
      });
      this.waiting.set(id, { resolve: resolve as (answer: wire.ServerFrame) => void, reject, cancel });
      if (!this.connection.send({ ...(ask as object), id } as wire.Request)) {
        this.waiting.delete(id);
        cancel();
        reject(new ParleyError("not_connected", "There is no connection now."));
      }
    });
  }

  private received(frame: wire.ServerFrame): void {
    if (!("id" in frame)) return;
    const waiting = this.waiting.get(frame.id);
    if (waiting === undefined) return;
    this.waiting.delete(frame.id);
    waiting.cancel();
    if (frame.type === "error") waiting.reject(ParleyError.from(frame));
    else waiting.resolve(frame);
  }

  private fail(error: ParleyError): void {
    const all = [...this.waiting.values()];
    this.waiting.clear();
    for (const each of all) {
      each.cancel();
      each.reject(error);
    }
  }
}
