/**
 * The HTTP door as typed functions: what does not travel over the socket.
 */

import { Caller, type CallerPorts } from "./caller.ts";
import { conversationRoutes } from "./conversations.ts";
import { ownRoutes } from "./own.ts";

export type Api = ReturnType<typeof conversationRoutes> &
  ReturnType<typeof ownRoutes> & {
    /** For routes that have no function here. */
    readonly ask: Caller["ask"];
    readonly key: () => string;
  };

export function createApi(ports: CallerPorts): Api {
  const caller = new Caller(ports);
  return {
    ...conversationRoutes(caller),
    ...ownRoutes(caller),
    ask: (path, call) => caller.ask(path, call),
    key: () => caller.key(),
  };
}
