import type { LookupFunction } from 'node:net';

type Callback = Parameters<LookupFunction>[2];

/**
 * The system's resolver, asked for a name once at a time however many attempts wait for it: a question that
 * hangs cannot be taken back, and hundreds of them would hold up the end of the process.
 */
export function sharedLookup(ask: LookupFunction): LookupFunction {
  const waiting = new Map<string, Callback[]>();
  return (hostname, options, callback) => {
    const question = JSON.stringify([hostname, options]);
    const others = waiting.get(question);
    if (others !== undefined) {
      others.push(callback);
      return;
    }
    const callbacks = [callback];
    waiting.set(question, callbacks);
    ask(hostname, options, (...answer) => {
      waiting.delete(question);
      for (const each of callbacks) each(...answer);
    });
  };
}
