import { randomBytes } from 'node:crypto';
import { usageError } from '../../errors.ts';
import { defaultAbandonAfterMs } from '../../ledger/marks/abandoned.ts';
import { textLimits } from '../../limits.ts';
import type { StartMark } from '../../marks.ts';
import { newDeploymentId } from '../../model.ts';
import { redactToCut } from '../../redact.ts';
import { safeId } from '../../safeId.ts';
import type { Session } from '../../session.ts';
import { wellFormed } from '../../wellFormed.ts';
import { flag, type Invocation, shortText, text, timeMs } from '../../words/invocation.ts';
import { keptWords } from '../keptWords.ts';
import type { StartFacts } from './startFacts.ts';
import { trackedWords } from './trackedWords.ts';

/** The mark of a start, from what was said and inferred. Throws a usage error for a wrong word. */
export async function startMark(
  session: Session,
  {
    invocation,
    facts,
    caller,
    callerRole,
  }: { invocation: Invocation; facts: StartFacts } & Pick<StartMark, 'caller' | 'callerRole'>,
): Promise<StartMark> {
  const { context, settings } = session;
  const at = context.began();
  const said = text(invocation, 'id');
  const id = said === null ? null : safeId(said);
  if (said !== null && id === null)
    throw usageError(`--id: ${JSON.stringify(said)} is no id`, 'leave it out: start makes one and prints it');
  return {
    kind: 'start',
    markId: context.uniqueId(),
    ...givenId(said, id),
    deploymentId: id ?? newDeploymentId(at.wallMs, randomBytes(4).toString('hex')),
    at,
    deployment: facts.deployment.value,
    environment: facts.environment.value,
    service: facts.service,
    instance: facts.instance,
    hostname: facts.hostname,
    runner: facts.runner,
    version: facts.version.value,
    previousVersion: shortText(invocation, 'previous-version'),
    commitSha: shortText(invocation, 'commit') ?? facts.commitSha,
    url: withoutUser(shortText(invocation, 'url') ?? facts.url),
    triggeredAtMs: timeMs(invocation, 'triggered-at'),
    triggeredBy: facts.triggeredBy,
    method: facts.method,
    notes: await keptWords(session, invocation, 'notes'),
    pythonCommand: shortText(invocation, 'python'),
    rollbackOf: idOf(shortText(invocation, 'rollback-of')),
    caller,
    callerRole,
    abandonAfterMs: settings.durationMs('abandon-after') ?? defaultAbandonAfterMs,
    takeOver: flag(invocation, 'take-over'),
    join: flag(invocation, 'join'),
    declare: settings.declare,
    track: trackedWords(invocation, context.cwd),
  };
}

/** What was given for the id, where other letters became of it. */
function givenId(said: string | null, id: string | null): Pick<StartMark, 'givenId'> {
  const given = said?.trim() ?? '';
  if (id === null || given === id) return {};
  return { givenId: wellFormed(redactToCut(given, textLimits.givenId).slice(0, textLimits.givenId)) };
}

function idOf(said: string | null): string | null {
  return said === null ? null : safeId(said);
}

/** User and password of an address are never kept. */
function withoutUser(url: string | null): string | null {
  if (url === null || !URL.canParse(url)) return url;
  const shown = new URL(url);
  if (shown.username === '' && shown.password === '') return url;
  shown.username = '';
  shown.password = '';
  return shown.href;
}
