import { durationMs, type Invocation, listOf } from '../../words/invocation.ts';
import { problemAnswer } from '../http/problem.ts';
import type { Asked, Route, Serving } from '../route.ts';
import { receive } from './receive.ts';
import { webhookSecrets } from './secret.ts';
import { senders } from './senders.ts';

/** As long as GitHub can deliver an event once more. */
const defaultWindowMs = 3 * 86_400_000;
const bodyLimitBytes = 1024 * 1024;

/** An address for each sender, asked with that sender's own proof. Throws a usage error for a wrong window. */
export function webhookRoutes(invocation: Invocation): readonly Route[] {
  const windowMs = durationMs(invocation, 'webhook-window') ?? defaultWindowMs;
  const environments = listOf(invocation, 'webhook-environment');
  const secrets = webhookSecrets();
  return senders.map((sender) => ({
    name: `webhook-${sender.name}`,
    method: 'POST' as const,
    path: `/webhook/${sender.name}`,
    isOpen: true,
    bodyLimitBytes,
    answer: async (asked: Asked, serving: Serving) => {
      const { status, say, why, ids } = await receive(sender, {
        asked,
        serving,
        secrets,
        windowMs,
        environments,
      });
      const level = status >= 400 ? ('warning' as const) : ('info' as const);
      const details = { sender: sender.name, outcome: say, why: why ?? null, ids: ids ?? null };
      serving.log({ level, message: 'webhook', ...details });
      const told = why ?? ids;
      return problemAnswer(status, { message: told === undefined ? say : `${say}: ${told}` });
    },
  }));
}
