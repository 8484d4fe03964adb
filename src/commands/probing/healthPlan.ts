import { resolve } from 'node:path';
import { DeploytrackError, usageError } from '../../errors.ts';
import { readWithin } from '../../files/fileWithin.ts';
import { limitBytes } from '../../files/readNamed.ts';
import { amountLimits } from '../../limits.ts';
import type { Judged } from '../../marks.ts';
import { isFreeWords } from '../../model.ts';
import { type ProbeTarget, parseTarget } from '../../probe/target.ts';
import type { Session } from '../../session.ts';
import {
  durationMs,
  flag,
  type Invocation,
  listOf,
  number,
  shortText,
  text,
  timeMs,
} from '../../words/invocation.ts';
import { probeHeaders } from './probeHeaders.ts';

/** What was asked of a verification. */
export interface HealthPlan {
  readonly url: string | null;
  readonly command: readonly string[];
  readonly checkType: string;
  readonly expectVersion: string | null;
  readonly anyVersion: boolean;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly attemptTimeoutMs: number;
  readonly consecutive: number;
  readonly watchMs: number | null;
  readonly minSuccess: number;
  readonly sinceMs: number | null;
  readonly judged: Judged;
  target(expectVersion: string | null): ProbeTarget | null;
}

/** Reads and checks the words; nothing is probed yet. Throws a usage error, or FILE where a file cannot be read. */
export async function readHealthPlan(
  session: Session,
  invocation: Invocation,
  url: string | null = invocation.operands[0] ?? null,
): Promise<HealthPlan> {
  const { command } = invocation;
  const checkType = text(invocation, 'check-type');
  if (url === null && command.length === 0)
    throw usageError(
      'health: no address was named',
      'deploytrack health http://localhost:8080/health, or --check-type <name> -- <command…>',
    );
  if (url !== null && command.length > 0)
    throw usageError('health: an address and a command exclude each other');
  if (checkType !== null && !isFreeWords(checkType))
    throw usageError('--check-type: expected 1 to 200 characters');
  if (command.length > 0 && checkType === null)
    throw usageError('health: a check by command needs a name', '--check-type <name> -- <command…>');
  const headers = await probeHeaders(session, listOf(invocation, 'header'));
  const ca = text(invocation, 'ca');
  const options = {
    headers,
    versionPointer: text(invocation, 'version-field') ?? '/version',
    expectStatus: number(invocation, { name: 'expect-status', min: 200, max: 599, whole: true }) ?? 200,
    caPem: ca === null ? null : await readPem(session, ca),
    insecure: flag(invocation, 'insecure'),
    ...(checkType === null ? {} : { checkType }),
  };
  const parsed = url === null ? null : parseTarget({ ...options, url });
  return {
    url,
    command,
    checkType: checkType ?? parsed?.checkType ?? 'http',
    expectVersion: shortText(invocation, 'expect-version'),
    anyVersion: flag(invocation, 'any-version'),
    intervalMs: atLeastOneMs(invocation, 'interval') ?? 1000,
    timeoutMs: durationMs(invocation, 'timeout') ?? 60_000,
    attemptTimeoutMs: durationMs(invocation, 'attempt-timeout') ?? 5000,
    consecutive: number(invocation, { name: 'consecutive', min: 1, max: 1000, whole: true }) ?? 1,
    watchMs: durationMs(invocation, 'watch'),
    minSuccess: number(invocation, { name: 'min-success', ...amountLimits.share }) ?? 0.95,
    sinceMs: timeMs(invocation, 'since'),
    judged: flag(invocation, 'allow-failure') ? 'allowed' : 'yes',
    target: (expectVersion) => (url === null ? null : parseTarget({ ...options, url, expectVersion })),
  };
}

function atLeastOneMs(invocation: Invocation, name: string): number | null {
  const ms = durationMs(invocation, name);
  if (ms !== null && ms < 1) throw usageError(`--${name}: at least 1ms`);
  return ms;
}

/** A folder of another machine has so long to answer. */
const withinMs = 2000;

async function readPem({ context }: Session, file: string): Promise<string> {
  const path = resolve(context.cwd, file);
  try {
    return (await readWithin(context, path, { mostBytes: limitBytes.words, withinMs })).toString('utf8');
  } catch (error) {
    const message = `--ca: ${path} cannot be read (${(error as Error).message})`;
    throw new DeploytrackError({ code: 'FILE', message });
  }
}
