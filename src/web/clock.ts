/// <reference lib="dom" />
import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';

/** The browser's clock; the web UI reads it only here. */
export function now(): Date {
  return new Date();
}

/** How far the server's clock is ahead of the browser's, or the time at which a report was made. */
export interface Ahead {
  readonly offsetMs: number;
  readonly fixed: Date | null;
}

export const ServerClock = createContext<Ahead>({ offsetMs: 0, fixed: null });

/** The time of the server, renewed at this interval; in a report always the time at which it was made. */
export function useNow(everyMs: number): Date {
  const { offsetMs, fixed } = useContext(ServerClock);
  const [, setTicks] = useState(0);
  useEffect(() => {
    if (fixed !== null) return undefined;
    const timer = setInterval(() => setTicks((count) => count + 1), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, fixed]);
  return fixed ?? new Date(now().getTime() + offsetMs);
}
