import { type DeploymentEvent, wrongName } from '../../collect/webhook/deploymentEvent.ts';
import { durationMs, type Invocation } from '../../words/invocation.ts';
import { problemAnswer } from '../http/problem.ts';
import type { Answer, Asked, Route, Serving } from '../route.ts';
import { payloadOf } from './payload.ts';
import { webhookSecret } from './secret.ts';
import { type Sender, senders } from './senders.ts';
import { takeInDelivery } from './takeInDelivery.ts';

/** As long as GitHub can deliver an event once more. */
const defaultWindowMs = 3 * 86_400_000;
/** How far a sender's clock may be before ours. */
const aheadMs = 300_000;
const bodyLimitBytes = 1024 * 1024;

/** An address for each sender, asked with that sender's own proof. Throws a usage error for a wrong window. */
export function webhookRoutes(invocation: Invocation): readonly Route[] {
  const windowMs = durationMs(invocation, 'webhook-window') ?? defaultWindowMs;
  return senders.map((sender) => ({
    name: `webhook-${sender.name}`,
    method: 'POST' as const,
    path: `/webhook/${sender.name}`,
    isOpen: true,
    bodyLimitBytes,
    answer: async (asked: Asked, serving: Serving) => {
      const outcome = await receive(sender, { asked, serving, windowMs });
      const { status, say, why = null, ids = null } = outcome;
      const level = status >= 400 ? ('warning' as const) : ('info' as const);
      serving.log({ level, message: 'webhook', sender: sender.name, outcome: say, why, ids });
      return answerOf(outcome);
    },
  }));
}

/** What became of a delivery: a status for the sender, a line for both. */
interface Outcome {
  readonly status: number;
  readonly say: 'taken' | 'already seen' | 'ignored' | 'refused';
  readonly why?: string;
  readonly ids?: string;
}

interface Receiving {
  readonly asked: Asked;
  readonly serving: Serving;
  readonly windowMs: number;
}

async function receive(sender: Sender, { asked, serving, windowMs }: Receiving): Promise<Outcome> {
  const { session } = serving;
  const { secret, isReadable } = secretOf(sender, serving);
  if (!isReadable) return refused(503, 'the secret of this webhook cannot be read');
  if (secret === null)
    return refused(
      403,
      `webhooks of ${sender.name} are off: DEPLOYTRACK_WEBHOOK_${sender.secretName} is not set`,
    );
  const proof = asked.headers[sender.proof] ?? '';
  if (proof === '') return refused(401, `the header ${sender.proof} is missing`);
  if (!sender.isProven(asked.body, { proof, secret })) return refused(401, `${sender.proof} does not fit`);
  const body = payloadOf(asked);
  if (body === null) return refused(400, 'the body is no JSON object');
  const read = sender.read(body, asked.headers);
  if ('ignored' in read) return { status: 202, say: 'ignored', why: read.ignored };
  if ('wrong' in read) return refused(400, read.wrong);
  const { events } = read;
  const problem = events.map(wrongName).find((one) => one !== null);
  if (problem !== undefined) return refused(400, problem);
  const nowMs = session.context.instant().wallMs;
  const timely = events.filter(({ atMs }) => atMs >= nowMs - windowMs && atMs <= nowMs + aheadMs);
  if (timely.length === 0) return refused(409, outsideWindow(events, nowMs));
  const deliveryId = asked.headers[sender.delivery]?.slice(0, 200) ?? null;
  const taken = await takeInDelivery(session, { sender: sender.name, deliveryId, events: timely, windowMs });
  const ids = timely.map(({ deploymentId }) => deploymentId).join(' ');
  if (taken.every((one) => one === 'seen')) return { status: 200, say: 'already seen', ids };
  if (taken.every((one) => one !== 'taken'))
    return { status: 200, say: 'ignored', why: 'the deployment has ended already', ids };
  return { status: 200, say: 'taken', ids };
}

/** Whoever asks may be anybody: which file it is stands in the log alone. */
function secretOf(
  { name, secretName }: Sender,
  { session, log }: Serving,
): { secret: string | null; isReadable: boolean } {
  try {
    return { secret: webhookSecret(session.context, secretName), isReadable: true };
  } catch (error) {
    log({ level: 'error', message: (error as Error).message, sender: name });
    return { secret: null, isReadable: false };
  }
}

function outsideWindow(events: readonly DeploymentEvent[], nowMs: number): string {
  const isAhead = events.some(({ atMs }) => atMs > nowMs);
  return isAhead ? 'the event lies in the future' : 'the event is older than --webhook-window';
}

function refused(status: number, why: string): Outcome {
  return { status, say: 'refused', why };
}

function answerOf({ status, say, why, ids }: Outcome): Answer {
  const message = [say, why ?? ids].filter((part) => part !== undefined).join(': ');
  return problemAnswer(status, { message });
}
