/**
 * The lock and channel ports over Web Locks and BroadcastChannel.
 */

import type { Channel, Lock } from "../ports.ts";

export const webLock: Lock = {
  request(name, granted) {
    const waiting = new AbortController();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const take = (): Promise<void> => {
      granted();
      return held;
    };
    if (navigator.locks === undefined) void take(); // an old browser: every page leads
    else navigator.locks.request(name, { signal: waiting.signal }, take).catch(() => undefined);
    return () => {
      release();
      waiting.abort();
    };
  },
};

export function broadcastChannel(name: string): Channel {
  const channel = new BroadcastChannel(name);
  return {
    post: (message) => channel.postMessage(message),
    listen(hear) {
      const heard = ({ data }: MessageEvent): void => hear(data);
      channel.addEventListener("message", heard);
      return () => {
        channel.removeEventListener("message", heard);
        channel.close();
      };
    },
  };
}
