import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { usageError } from '../../errors.ts';
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

/** Reads and checks the words; nothing is probed yet. Throws a usage error. */
export function readHealthPlan(
  session: Session,
  invocation: Invocation,
  url: string | null = invocation.operands[0] ?? null,
): HealthPlan {
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
  const headers = probeHeaders(session, listOf(invocation, 'header'));
  const ca = text(invocation, 'ca');
  const options = {
    headers,
    versionPointer: text(invocation, 'version-field') ?? '/version',
    expectStatus: number(invocation, { name: 'expect-status', min: 200, max: 599, whole: true }) ?? 200,
    caPem: ca === null ? null : readPem(resolve(session.context.cwd, ca)),
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

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw usageError(`--ca: ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
