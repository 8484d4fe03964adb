import { resolve } from 'node:path';
import { verificationTimeout } from '../../cli/define/healthOptions.ts';
import { parseDurationMs } from '../../duration.ts';
import { DeploytrackError, usageError } from '../../errors.ts';
import { decodeText } from '../../files/decodeText.ts';
import { readWithin } from '../../files/fileWithin.ts';
import { limitBytes } from '../../files/readNamed.ts';
import type { FailurePolicy } from '../../marks.ts';
import type { Session } from '../../session.ts';
import { type ProbeTarget, parseTarget } from '../target.ts';
import { probeHeaders } from './probeHeaders.ts';

/** The options of a verification. */
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
  readonly judged: FailurePolicy;
  target(expectVersion: string | null): ProbeTarget | null;
}

/** The given options of a check, by `health` or `rollback --health`. */
export interface CheckInput {
  readonly expectVersion: string | null;
  readonly anyVersion: boolean;
  readonly versionField: string;
  readonly expectStatus: number;
  readonly intervalMs: number;
  readonly attemptTimeoutMs: number;
  readonly consecutive: number;
  readonly header: readonly string[];
  readonly ca: string | null;
  readonly insecure: boolean;
  readonly allowFailure: boolean;
  /** For the whole verification. */
  readonly timeoutMs: number | null;
}

/** The options of `health` only. */
export interface HealthInput extends CheckInput {
  readonly url: string | null;
  readonly wrapped: readonly string[];
  readonly checkType?: string | null;
  readonly watchMs?: number | null;
  readonly minSuccess?: number;
  readonly sinceMs?: number | null;
}

/** Checks the options; nothing is probed yet. Throws a usage error, or FILE if a file cannot be read. */
export async function readHealthPlan(session: Session, said: HealthInput): Promise<HealthPlan> {
  const { url, wrapped, checkType = null } = said;
  refuseUnclear(said);
  const options = {
    headers: await probeHeaders(session, said.header),
    versionPointer: said.versionField,
    expectStatus: said.expectStatus,
    caPem: said.ca === null ? null : await readPem(session, said.ca),
    insecure: said.insecure,
    ...(checkType === null ? {} : { checkType }),
  };
  const parsed = url === null ? null : parseTarget({ ...options, url });
  return {
    url,
    command: wrapped,
    checkType: checkType ?? parsed?.checkType ?? 'http',
    expectVersion: said.expectVersion,
    anyVersion: said.anyVersion,
    intervalMs: said.intervalMs,
    timeoutMs: said.timeoutMs ?? parseDurationMs(verificationTimeout) ?? 0,
    attemptTimeoutMs: said.attemptTimeoutMs,
    consecutive: said.consecutive,
    watchMs: said.watchMs ?? null,
    minSuccess: said.minSuccess ?? 0,
    sinceMs: said.sinceMs ?? null,
    judged: said.allowFailure ? 'allowed' : 'yes',
    target: (expectVersion) => (url === null ? null : parseTarget({ ...options, url, expectVersion })),
  };
}

/** For a command whose check is all that it does: an unreadable file is a usage error too. */
export async function readCheckedPlan(session: Session, said: HealthInput): Promise<HealthPlan> {
  try {
    return await readHealthPlan(session, said);
  } catch (error) {
    if (error instanceof DeploytrackError && error.code === 'FILE')
      throw usageError(error.message, error.hint);
    throw error;
  }
}

function refuseUnclear({ url, wrapped, checkType = null }: HealthInput): void {
  if (url === null && wrapped.length === 0)
    throw usageError(
      'health: missing URL',
      'run `deploytrack health http://localhost:8080/health`, or use --check-type <name> -- <command…>',
    );
  if (url !== null && wrapped.length > 0)
    throw usageError('health: a URL and a command cannot be used together');
  if (wrapped.length > 0 && checkType === null)
    throw usageError(
      'health: missing --check-type for a check by command',
      'use --check-type <name> -- <command…>',
    );
}

/** A file on another machine's mount gets this long to respond. */
const withinMs = 2000;

async function readPem({ context }: Session, file: string): Promise<string> {
  const path = resolve(context.cwd, file);
  try {
    // The comments in a bundle of certificates may be in any encoding.
    return decodeText(await readWithin(context, path, { mostBytes: limitBytes.words, withinMs })).text;
  } catch (error) {
    const message = `--ca: ${path} cannot be read (${(error as Error).message})`;
    throw new DeploytrackError({ code: 'FILE', message });
  }
}
