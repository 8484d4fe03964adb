import { type DeploymentEvent, wrongName } from '../../collect/webhook/deploymentEvent.ts';
import type { Json } from '../../collect/webhook/json.ts';
import type { ServerContext } from '../serverContext.ts';
import { ingestDelivery } from './ingestDelivery.ts';
import type { WebhookSecrets } from './secret.ts';
import type { Sender, SignedRequest } from './senders.ts';

/** How far the clock of a sender may be ahead of ours. */
const aheadMs = 300_000;

/** Result of a delivery: a status for the sender, and a text for the response and the log. */
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
  /** Maximum age of an event. */
  readonly windowMs: number;
  /** The environments to accept; if empty, all except transient ones. */
  readonly environments: readonly string[];
}

/** Verifies a delivery, parses it and imports it. Throws a DeploytrackError if the ledger cannot be written. */
export async function receive(sender: Sender, receiving: Receiving): Promise<Outcome> {
  const { request, server, windowMs } = receiving;
  const unproven = await unprovenOf(sender, receiving);
  if (unproven !== null) return unproven;
  const body = payloadOf(request);
  if (body === null) return refused(400, 'invalid body; expected a JSON object');
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
  return ignored(200, 'the deployment has already ended');
}

/** Null if the sender is verified. */
async function unprovenOf(sender: Sender, { request, server, secrets }: Receiving): Promise<Outcome | null> {
  const { value: secret, problem } = await secrets(server.session.context, sender.secretName);
  if (problem !== null) {
    // The client is not verified yet, so only the log has the reason.
    server.log({ level: 'error', message: problem, sender: sender.name });
    return refused(503, 'the secret of this webhook cannot be read');
  }
  const variable = `DEPLOYTRACK_WEBHOOK_${sender.secretName}`;
  if (secret === null)
    return refused(403, `webhooks from ${sender.name} are disabled: ${variable} is not set`);
  const proof = request.headers[sender.proof] ?? '';
  if (proof === '') return refused(401, `missing header ${sender.proof}`);
  return sender.isProven(request.body, { proof, secret })
    ? null
    : refused(401, `invalid signature or token in ${sender.proof}`);
}

/** The events to import: with valid names, to an accepted environment, and not too old or in the future. */
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
    return ignored(202, `the environment ${JSON.stringify(all[0]?.subject.environment)} is not accepted`);
  const nowMs = server.session.context.instant().wallMs;
  const events = followed.filter(({ atMs }) => atMs >= nowMs - windowMs && atMs <= nowMs + aheadMs);
  if (events.length > 0) return { events };
  const isAhead = followed.some(({ atMs }) => atMs > nowMs);
  return refused(409, isAhead ? 'the event is in the future' : 'the event is older than --webhook-window');
}

function refused(status: number, why: string): Outcome {
  return { status, say: 'refused', why };
}

function ignored(status: number, why: string): Outcome {
  return { status, say: 'ignored', why };
}

/**
 * The JSON of a delivery, from its body or from the field `payload` of a form (GitHub's other content type); null if it is
 * invalid. A body that begins like JSON is JSON, because curl sends everything as a form.
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
