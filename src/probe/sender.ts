import type { Attempt, Probe } from './attempt.ts';
import { signedSeconds } from './order.ts';

/** More at once would cause an outage of our own: file descriptors run out. */
const mostUnderWay = 256;

/** Sends attempts that may overlap, and stores their results. */
export interface Sender {
  /** Settles when this attempt is settled. */
  send(timeoutMs: number): Promise<void>;
  /** Calls back with each attempt when it is settled, until the returned function is called. */
  onAttempt(listener: (attempt: Attempt) => void): () => void;
  /** Waits for attempts in progress, at most until `hurry`; returns all attempts in the order of sending. */
  settled(hurry?: Promise<unknown>): Promise<Attempt[]>;
}

export function createSender(probe: Probe): Sender {
  const attempts: Attempt[] = [];
  const underWay = new Set<Promise<void>>();
  const listeners = new Set<(attempt: Attempt) => void>();
  async function make(timeoutMs: number): Promise<void> {
    const attempt = await probe(timeoutMs);
    attempts.push(attempt);
    for (const listener of [...listeners]) listener(attempt);
  }
  return {
    async send(timeoutMs) {
      if (underWay.size >= mostUnderWay) return;
      const making = make(timeoutMs).finally(() => underWay.delete(making));
      underWay.add(making);
      await making;
    },
    onAttempt(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async settled(hurry) {
      const all = Promise.all(underWay);
      await (hurry === undefined ? all : Promise.race([all, hurry]));
      return [...attempts].sort((a, b) => signedSeconds(b.startedAt, a.startedAt));
    },
  };
}
