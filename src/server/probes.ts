import { ledgerId } from '../ledger/ledgerId.ts';
import { problemAnswer } from './http/problem.ts';
import type { Answer, Route, Serving } from './route.ts';

const text = { 'Content-Type': 'text/plain; charset=utf-8' };

/** Alive: this process answers, whatever becomes of its ledger. */
export const healthy: Route = {
  name: 'healthy',
  method: 'GET',
  path: '/-/healthy',
  isOpen: true,
  answer: async () => ({ status: 200, headers: text, body: 'healthy\n' }),
};

/** Ready: the ledger can be read. */
export const ready: Route = {
  name: 'ready',
  method: 'GET',
  path: '/-/ready',
  isOpen: true,
  answer: async (_, serving) =>
    (await isReadable(serving)) ?? { status: 200, headers: text, body: 'ready\n' },
};

/** Asked without auth: the reason stands in the log, the answer names no path. */
async function isReadable(serving: Serving): Promise<Answer | null> {
  try {
    ledgerId(await serving.database());
    return null;
  } catch (error) {
    serving.log({ level: 'error', message: (error as Error).message, route: ready.name });
    return problemAnswer(503, { message: 'the ledger cannot be read' });
  }
}
