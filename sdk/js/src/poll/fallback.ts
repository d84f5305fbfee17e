/**
 * Two ways to the server: the first while it opens, the second while it does not, back to the first as soon as it does.
 */

import type { Cancel, Clock, Socket, SocketEvents, Transport } from "../ports.ts";

export interface FallbackOptions {
  readonly first: Transport;
  readonly second: Transport;
  readonly clock: Clock;
}

/** Failures that make the second way worth a try; one is most often a server that restarts. */
const ENOUGH = 2;
/** Until an attempt of the first way that nothing was heard of counts as failed. */
const OPEN_MS = 6_000;
/** While on the second way: how soon the first is tried again, and how seldom after many tries. */
const SOONEST_MS = 10_000;
const SELDOM_MS = 300_000;
/** What is told upwards when the first way works again: go, and come back over it. */
const MOVED = 4000;

export function withFallback({ first, second, clock }: FallbackOptions): Transport {
  /** Attempts of the first way in a row that never opened. */
  let failures = 0;
  /** The last attempt of the first way opened and let nothing through, as some proxies do. */
  let silent = false;

  return {
    open(events) {
      const count = (opened: boolean): void => void (failures = opened ? 0 : failures + 1);
      if (failures < ENOUGH) return watched(first, clock, events, count);
      let stop: Cancel = () => undefined;
      const turn = (): Socket => {
        silent = false;
        stop = probing(first, clock, () => {
          failures = 0;
          events.closed(MOVED, "a socket opens again");
        });
        return watched(second, clock, events, (opened) => {
          // Neither way: most likely there is no server now, so the first is due again.
          if (!opened) failures = 0;
        });
      };
      let ended = false;
      let open = false;
      // What failed may have been the network and not a proxy: the first way once more, and the second where it fails.
      const again: SocketEvents = {
        opened() {
          open = true;
          events.opened();
        },
        received: (text) => events.received(text),
        closed(code, reason) {
          if (open) events.closed(code, reason);
          else if (!ended) socket = turn();
        },
      };
      let socket = silent
        ? turn()
        : watched(first, clock, again, (opened) => {
            count(opened);
            silent = open && !opened;
          });
      return {
        send: (text) => socket.send(text),
        close(code, reason) {
          ended = true;
          stop();
          socket.close(code, reason);
        },
      };
    },
  };
}

/** A socket of one way; says once whether it opened. */
function watched(way: Transport, clock: Clock, events: SocketEvents, tell: (opened: boolean) => void): Socket {
  let told = false;
  const once = (opened: boolean): void => {
    if (!told) tell(opened);
    told = true;
    cancel();
  };
  const cancel = clock.after(OPEN_MS, () => {
    once(false);
    socket.close(1000, "too slow");
    events.closed(1006, "too slow");
  });
  const socket = way.open({
    opened: () => events.opened(),
    received(text) {
      once(true); // a proxy may open a socket and let nothing through
      events.received(text);
    },
    closed(code, reason) {
      once(false);
      events.closed(code, reason);
    },
  });
  return {
    send: (text) => socket.send(text),
    close(code, reason) {
      cancel();
      socket.close(code, reason);
    },
  };
}

/** Tries the first way now and then until it opens. */
function probing(way: Transport, clock: Clock, opened: () => void): Cancel {
  let wait = SOONEST_MS;
  let stopped = false;
  let socket: Socket | null = null;
  let cancel = clock.after(wait, attempt);

  function attempt(): void {
    wait = Math.min(SELDOM_MS, wait * 2);
    cancel = clock.after(wait, attempt);
    socket?.close(1000, "too slow");
    socket = way.open({
      opened() {
        if (stopped) return;
        stop();
        opened();
      },
      received: () => undefined,
      closed: () => (socket = null),
    });
  }

  function stop(): void {
    stopped = true;
    cancel();
    socket?.close(1000, "only looked");
    socket = null;
  }
  return stop;
}
