import type { Parsed } from '../cli/define/parsed.ts';
import { usageError } from '../errors.ts';
import type { FailurePolicy } from '../marks.ts';
import { failurePolicy } from './phaseMarks.ts';

/** The kind of a wrapped command: a phase, or a smoke test, which is not a phase. */
export type WrapSubject =
  | { readonly kind: 'phase'; readonly stage: string }
  | { readonly kind: 'smoke'; readonly test: string };

/** The options of a wrapped command, checked before anything runs. */
export interface WrapPlan {
  readonly subject: WrapSubject;
  readonly command: readonly string[];
  /** What stands before the command, such as `phase run build`. */
  readonly typed: string;
  readonly judged: FailurePolicy;
  readonly timeoutMs: number | null;
  /** How many times its median it may take; null: any time. */
  readonly maxSlowdown: number | null;
  readonly keepStderr: boolean;
  readonly probe: { readonly url: string; readonly intervalMs: number; readonly timeoutMs: number } | null;
  readonly migrations: {
    readonly count: number | null;
    readonly file: string | null;
    readonly pattern: string | null;
  };
  readonly databaseFile: string | null;
  readonly irreversible: boolean;
  /** Whether marks are read from the output, and then hidden. */
  readonly marks: 'hide' | true | null;
  readonly host: string | null;
  readonly artifact: string | null;
  readonly downloadSeconds: number | null;
}

/** The input of a command that wraps: each has some of the options. */
export interface WrapInput {
  readonly wrapped: Parsed['wrapped'];
  readonly timeoutMs: number | null;
  readonly allowFailure: boolean;
  readonly try: boolean;
  readonly keepStderr: boolean;
  readonly maxSlowdown?: string | null;
  readonly phase?: string;
  readonly test?: string;
  readonly passed?: boolean;
  readonly failed?: boolean;
  readonly error?: string | null;
  readonly probe?: string | null;
  readonly probeIntervalMs?: number;
  readonly probeTimeoutMs?: number;
  readonly count?: number | null;
  readonly countFile?: string | null;
  readonly countPattern?: string | null;
  readonly marks?: 'hide' | true | null;
  readonly host?: string | null;
  readonly databaseFile?: string | null;
  readonly irreversible?: boolean;
  readonly artifact?: string | null;
  readonly downloadSeconds?: number | null;
}

/**
 * Throws a usage error for options that exclude each other. `phase`: the one that the command times, if its name is not
 * an argument.
 */
export function readWrapPlan(
  { name, phase }: { readonly name: string; readonly phase?: string | undefined },
  input: WrapInput,
): WrapPlan {
  const subject: WrapSubject =
    input.test === undefined
      ? { kind: 'phase', stage: phase ?? input.phase ?? '' }
      : { kind: 'smoke', test: input.test };
  refuseContradictions(name, { input, subject });
  return {
    subject,
    command: input.wrapped,
    typed: [name, ...[input.test ?? input.phase ?? []].flat()].join(' '),
    judged: failurePolicy(input),
    timeoutMs: input.timeoutMs,
    maxSlowdown: slowdownOf(input.maxSlowdown ?? null),
    keepStderr: input.keepStderr,
    probe: probeOf(input),
    migrations: {
      count: input.count ?? null,
      file: input.countFile ?? null,
      pattern: input.countPattern ?? null,
    },
    marks: input.marks ?? null,
    host: input.host ?? null,
    databaseFile: input.databaseFile ?? null,
    irreversible: input.irreversible ?? false,
    artifact: input.artifact ?? null,
    downloadSeconds: input.downloadSeconds ?? null,
  };
}

function refuseContradictions(
  name: string,
  { input, subject }: { input: WrapInput; subject: WrapSubject },
): void {
  const named = input.test ?? input.phase;
  if (input.wrapped.length === 0)
    throw usageError(
      `${name}: missing command after \`--\``,
      `run \`deploytrack ${name}${named === undefined ? '' : ` ${named}`} -- <command…>\``,
    );
  failurePolicy(input);
  const isReported = input.passed === true || input.failed === true;
  if (typeof input.error === 'string' && !isReported)
    throw usageError(
      'smoke: --error can only be used with --failed, for a test that ran elsewhere',
      'omit --error: the exit code of the command is the result',
    );
  if (isReported)
    throw usageError(
      'smoke: a command and --passed or --failed cannot be used together',
      'omit --passed and --failed: the exit code of the command is the result',
    );
  if (typeof input.probe === 'string' && (subject.kind === 'smoke' || subject.stage !== 'cutover'))
    throw usageError('--probe can only be used for the phase cutover');
}

/** `2x`, or `2`. */
function slowdownOf(text: string | null): number | null {
  if (text === null) return null;
  const times = /^\d{1,4}(\.\d{1,3})?x?$/.test(text) ? Number.parseFloat(text) : 0;
  if (times > 1) return times;
  throw usageError(
    `invalid ratio ${JSON.stringify(text)} for --max-slowdown; expected more than 1x, for example 2x or 1.5x`,
  );
}

function probeOf({ probe = null, ...said }: WrapInput): WrapPlan['probe'] {
  if (probe === null) return null;
  const intervalMs = shortestIntervalMs(said.probeIntervalMs ?? 0);
  return { url: probe, intervalMs, timeoutMs: said.probeTimeoutMs ?? 0 };
}

/** A shorter interval would load the service. */
export function shortestIntervalMs(intervalMs: number): number {
  return Math.max(10, intervalMs);
}
