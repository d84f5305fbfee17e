/**
 * The transport over a WebSocket that speaks JSON.
 */

import type { Socket, SocketEvents, Transport } from "../ports.ts";
import { SUBPROTOCOL } from "../wire.ts";

export function webSocketTransport(url: string): Transport {
  return {
    open(events: SocketEvents): Socket {
      const socket = new WebSocket(url, SUBPROTOCOL);
      socket.addEventListener("open", () => events.opened());
      socket.addEventListener("message", ({ data }) => {
        if (typeof data === "string") events.received(data);
      });
      socket.addEventListener("close", ({ code, reason }) => events.closed(code, reason));
      return {
        send(text) {
          if (socket.readyState === WebSocket.OPEN) socket.send(text);
        },
        close: (code, reason) => socket.close(code, reason),
      };
    },
  };
}
