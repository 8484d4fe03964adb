import type { LookupFunction } from 'node:net';

/** A look-up, and the message for a deadline that passes during it. */
export interface TimedLookup {
  readonly lookup: LookupFunction;
  /** Null if no name is being looked up. */
  problem(timeoutMs: number): string | null;
}

export function timedLookup(ask: LookupFunction): TimedLookup {
  let isUnderWay = false;
  return {
    lookup: (hostname, options, callback) => {
      isUnderWay = true;
      ask(hostname, options, (...answer) => {
        isUnderWay = false;
        callback(...answer);
      });
    },
    problem: (timeoutMs) =>
      isUnderWay ? `the host name could not be looked up within ${timeoutMs} ms` : null,
  };
}
