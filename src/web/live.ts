/// <reference lib="dom" />
import { useEffect, useRef, useState } from 'preact/hooks';
import { now } from './clock.ts';
import type { Source } from './source.ts';

/** The connection to the server; `since` is when it was lost. */
export interface Connection {
  readonly isLive: boolean;
  readonly since: Date | null;
}

/** Changes within this time are one request. */
const togetherMs = 1000;

/**
 * Calls back with IDs of changed deployments, null for any: the first ones at once, those that follow within a second
 * together. After a lost connection any may have changed.
 */
export function useLive(
  source: Source,
  onChange: (ids: readonly string[] | null) => Promise<void>,
): Connection {
  const [connection, setConnection] = useState<Connection>({ isLive: true, since: null });
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => {
    const gathered = gatherer((ids) => latest.current(ids));
    let wasLost = false;
    const stop = source.listen({
      onChange: gathered.add,
      onConnection(isConnected) {
        if (isConnected && wasLost) gathered.add(null);
        wasLost = !isConnected;
        setConnection((before) => {
          if (isConnected) return { isLive: true, since: null };
          return before.isLive ? { isLive: false, since: now() } : before;
        });
      },
    });
    return () => {
      stop();
      gathered.stop();
    };
  }, [source]);
  return connection;
}

function gatherer(flush: (ids: readonly string[] | null) => Promise<void>): {
  add: (ids: readonly string[] | null) => void;
  stop: () => void;
} {
  let waiting: Set<string> | null = new Set();
  let isResting = false;
  let timer = 0;
  const send = (): void => {
    isResting = false;
    if (waiting?.size === 0) return;
    const ids = waiting === null ? null : [...waiting];
    waiting = new Set();
    isResting = true;
    void flush(ids).finally(() => {
      timer = window.setTimeout(send, togetherMs);
    });
  };
  return {
    add(ids) {
      if (ids === null) waiting = null;
      else for (const id of ids) waiting?.add(id);
      if (!isResting) send();
    },
    stop: () => clearTimeout(timer),
  };
}
