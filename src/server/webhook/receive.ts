import { type DeploymentEvent, wrongName } from '../../collect/webhook/deploymentEvent.ts';
import type { Json } from '../../collect/webhook/json.ts';
import type { ServerContext } from '../serverContext.ts';
import { ingestDelivery } from './ingestDelivery.ts';
import type { WebhookSecrets } from './secret.ts';
import type { Sender, SignedRequest } from './senders.ts';

/** How far a sender's clock may be before ours. */
const aheadMs = 300_000;

/** What became of a delivery: a status for the sender, a line for both. */
export interface Outcome {
  readonly status: number;
  readonly say: 'taken' | 'already seen' | 'ignored' | 'refused';
  readonly why?: string;
  readonly ids?: string;
}

export interface Receiving {
  readonly request: SignedRequest;
  readonly server: ServerContext;
  readonly secrets: WebhookSecrets;
  /** How old an event may be. */
  readonly windowMs: number;
  /** The only ones that are followed; none: all that stay. */
  readonly environments: readonly string[];
}

/** Proves a delivery, reads it and takes it in. Throws a DeploytrackError where the ledger cannot be written. */
export async function receive(sender: Sender, receiving: Receiving): Promise<Outcome> {
  const { request, server, windowMs } = receiving;
  const unproven = await unprovenOf(sender, receiving);
  if (unproven !== null) return unproven;
  const body = payloadOf(request);
  if (body === null) return refused(400, 'the body is no JSON object');
  const read = sender.read(body, request.headers);
  if ('ignored' in read) return ignored(202, read.ignored);
  if ('wrong' in read) return refused(400, read.wrong);
  const chosen = chosenOf(read.events, receiving);
  if ('say' in chosen) return chosen;
  const deliveryId = request.headers[sender.delivery]?.slice(0, 200) ?? null;
  const delivery = { sender: sender.name, deliveryId, events: chosen.events, windowMs };
  const taken = await ingestDelivery(server.session, delivery);
  const ids = chosen.events.map(({ deploymentId }) => deploymentId).join(' ');
  if (taken.every((one) => one === 'seen')) return { status: 200, say: 'already seen', ids };
  if (taken.includes('taken')) return { status: 200, say: 'taken', ids };
  return ignored(200, 'the deployment has ended already');
}

/** Null where the sender has proven itself. */
async function unprovenOf(sender: Sender, { request, server, secrets }: Receiving): Promise<Outcome | null> {
  const { value: secret, problem } = await secrets(server.session.context, sender.secretName);
  if (problem !== null) {
    // Whoever asks may be anybody: what is wrong with it stands in the log alone.
    server.log({ level: 'error', message: problem, sender: sender.name });
    return refused(503, 'the secret of this webhook cannot be read');
  }
  const variable = `DEPLOYTRACK_WEBHOOK_${sender.secretName}`;
  if (secret === null) return refused(403, `webhooks of ${sender.name} are off: ${variable} is not set`);
  const proof = request.headers[sender.proof] ?? '';
  if (proof === '') return refused(401, `the header ${sender.proof} is missing`);
  return sender.isProven(request.body, { proof, secret })
    ? null
    : refused(401, `${sender.proof} does not fit`);
}

/** The events that can be taken in: with names that fit, to an environment that is followed, and of now. */
function chosenOf(
  all: readonly DeploymentEvent[],
  { server, windowMs, environments }: Receiving,
): Outcome | { readonly events: readonly DeploymentEvent[] } {
  const problem = all.map(wrongName).find((one) => one !== null);
  if (problem !== undefined) return refused(400, problem);
  const followed = all.filter(({ subject }) =>
    environments.length === 0 ? !subject.isTransient : environments.includes(subject.environment),
  );
  if (followed.length === 0)
    return ignored(202, `the environment ${JSON.stringify(all[0]?.subject.environment)} is not followed`);
  const nowMs = server.session.context.instant().wallMs;
  const events = followed.filter(({ atMs }) => atMs >= nowMs - windowMs && atMs <= nowMs + aheadMs);
  if (events.length > 0) return { events };
  const isAhead = followed.some(({ atMs }) => atMs > nowMs);
  return refused(409, isAhead ? 'the event lies in the future' : 'the event is older than --webhook-window');
}

function refused(status: number, why: string): Outcome {
  return { status, say: 'refused', why };
}

function ignored(status: number, why: string): Outcome {
  return { status, say: 'ignored', why };
}

/**
 * The JSON of a delivery, as its body or as the field `payload` of a form (GitHub's other form); null where it is none.
 * A body that begins as JSON is JSON: curl calls everything a form.
 */
function payloadOf({ body, headers }: SignedRequest): Json | null {
  const text = body.toString('utf8');
  const saysForm = /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '');
  const isForm = saysForm && !/^\s*\{/.test(text);
  try {
    const parsed: unknown = JSON.parse(isForm ? (new URLSearchParams(text).get('payload') ?? '') : text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Json) : null;
  } catch {
    return null;
  }
}
