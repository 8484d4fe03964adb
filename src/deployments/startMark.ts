import { usageError } from '../errors.ts';
import { cpuTimes } from '../host/load.ts';
import type { StartMark } from '../marks.ts';
import { newDeploymentId, safeId, textLimits, wellFormed } from '../model.ts';
import { randomHex } from '../randomHex.ts';
import { redactToCut } from '../redact.ts';
import type { Session } from '../session.ts';
import type { StartFacts } from './startFacts.ts';
import { textArgument } from './textArgument.ts';
import { type TrackInput, trackedItems } from './trackedItems.ts';

/** The given options of a start. */
export interface StartInput extends TrackInput {
  readonly previousVersion: string | null;
  readonly commit: string | null;
  readonly url: string | null;
  readonly triggeredAtMs: number | null;
  readonly notes: string | null;
  readonly python: string | null;
  readonly rollbackOf: string | null;
  readonly join: boolean;
  readonly exclusive: boolean;
  readonly takeOver: boolean;
  readonly waitMs: number | null;
  readonly forceBad: string | null;
}

/** The mark of a start, from given and inferred values. Throws a usage error for an invalid option. */
export async function startMark(
  session: Session,
  {
    said,
    facts,
    ...caller
  }: { said: StartInput; facts: StartFacts } & Pick<StartMark, 'caller' | 'callerRole'>,
): Promise<StartMark> {
  const { context, settings } = session;
  const at = context.began();
  const given = settings.given('id');
  const id = given === null ? null : safeId(given);
  if (given !== null && id === null)
    throw usageError(
      `invalid ID ${JSON.stringify(given)} for --id`,
      'omit --id: start makes an ID and prints it',
    );
  return {
    kind: 'start',
    markId: context.uniqueId(),
    ...givenId(given, id),
    deploymentId: id ?? newDeploymentId(at.wallMs, randomHex(4)),
    at,
    deployment: facts.deployment.value,
    environment: facts.environment.value,
    service: facts.service,
    instance: facts.instance,
    hostname: facts.hostname,
    runner: facts.runner,
    version: facts.version.value,
    previousVersion: said.previousVersion,
    commitSha: said.commit ?? facts.commitSha,
    url: withoutUser(said.url ?? facts.url),
    triggeredAtMs: said.triggeredAtMs,
    triggeredBy: facts.triggeredBy,
    method: facts.method,
    notes: await textArgument(session, { name: 'notes', value: said.notes }),
    pythonCommand: said.python,
    rollbackOf: idOf(said.rollbackOf),
    ...caller,
    abandonAfterMs: settings.durationMs('abandon-after'),
    takeOver: said.takeOver,
    join: said.join,
    declare: settings.declare,
    track: trackedItems(said, context.cwd),
    forceBad: said.forceBad,
    ...loadBase(context.platform),
    callerKnowsAlone: given === null && settings.text('id-file') === null && facts.runner === null,
  };
}

function loadBase(platform: NodeJS.Platform): Pick<StartMark, 'cpuTimes'> {
  const times = cpuTimes(platform);
  return times === null ? {} : { cpuTimes: times };
}

/** The given ID, if other characters were replaced in it. */
function givenId(said: string | null, id: string | null): Pick<StartMark, 'givenId'> {
  const given = said?.trim() ?? '';
  if (id === null || given === id) return {};
  return { givenId: wellFormed(redactToCut(given, textLimits.givenId).slice(0, textLimits.givenId)) };
}

function idOf(said: string | null): string | null {
  return said === null ? null : safeId(said);
}

/** User and password of a URL are never stored. */
function withoutUser(url: string | null): string | null {
  if (url === null || !URL.canParse(url)) return url;
  const shown = new URL(url);
  if (shown.username === '' && shown.password === '') return url;
  shown.username = '';
  shown.password = '';
  return shown.href;
}
