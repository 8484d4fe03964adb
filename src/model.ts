/** The terms of the domain: names of deployments, phases and statuses, and the bounds of every value. */

import { utcTime } from './utcTime.ts';

/** Final and running states, as the column `deployment_status` spells them. */
export type DeploymentStatus = 'in-progress' | 'success' | 'warning' | 'failed';
export type FinalStatus = Exclude<DeploymentStatus, 'in-progress'>;
/** The same as lists. */
export const finalStatuses = ['success', 'warning', 'failed'] as const satisfies readonly FinalStatus[];
export const deploymentStatuses: readonly DeploymentStatus[] = ['in-progress', ...finalStatuses];
export type StageStatus = 'running' | 'success' | 'failed';
/** Error types of a failed stage, closed vocabulary of `deployment_stage_failures_total`. */
export type StageErrorType = 'exit_code' | 'timeout' | 'canceled' | 'other';

/** A moment on both clocks: wall time for the record, the boot's monotonic clock for durations. */
export interface Instant {
  /** Unix time in milliseconds. */
  readonly wallMs: number;
  /** Seconds on the monotonic clock of `boot`; null for a mark that had only wall time. */
  readonly monotonicSeconds: number | null;
  /** Identity of the boot whose clock `monotonicSeconds` counts. */
  readonly boot: string | null;
}

/** One Pushgateway group: a host, a deployment, an environment. */
export interface GroupKey {
  readonly instance: string;
  readonly deployment: string;
  readonly environment: string;
}

/** The phases with a column of their own in `deployment_metrics`. */
export const phaseColumns = {
  extract: 'extract_duration',
  venv_rebuild: 'venv_rebuild_duration',
  migration: 'migration_duration',
  cutover: 'cutover_duration',
  health_check: 'health_check_duration',
} as const;

const phaseAliases: Readonly<Record<string, string>> = { migrate: 'migration', health: 'health_check' };

/** The canonical name of a phase (`-` is read as `_`, command names as their phase), or null if it is invalid. */
export function phaseName(word: string): string | null {
  const name = word.replaceAll('-', '_');
  const canonical = (Object.hasOwn(phaseAliases, name) ? phaseAliases[name] : undefined) ?? name;
  return /^[a-z][a-z0-9_]{0,62}$/.test(canonical) ? canonical : null;
}

/** Whether a text is a valid ID of a deployment. */
export function isDeploymentId(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text) && text !== 'none';
}

/** Whether a text is valid as a reason, a method, the name of a test, a resource or a check: stored unchanged. */
export function isFreeText(text: string): boolean {
  return text !== '' && isWellFormed(text) && [...text].length <= 200;
}

/** `YYYYMMDDTHHMMSSZ-<8 hex>`: sorts by start, unique by its tail. */
export function newDeploymentId(wallMs: number, random8Hex: string): string {
  const stamp = utcTime(wallMs)
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:]/g, '');
  return `${stamp}-${random8Hex}`;
}

/** ISO 8601 in UTC with milliseconds and `Z`, the one form of time in the ledger. */
export function isoTime(wallMs: number): string {
  return utcTime(wallMs);
}

/** The same without characters that a file name cannot have: 20260115T100000Z. */
export function compactTime(wallMs: number): string {
  return isoTime(wallMs).replaceAll(/[-:]|\.\d+/g, '');
}

/** Of a clock that is corrected, in minutes; a host that starts twice within them is told by the PIDs. */
const correctionMinutes = 5;

/**
 * Whether two identities may be of one boot. A system that names none to us (Windows) has the minute of its boot
 * instead, `boot-29412345`, which moves with each correction of the clock.
 */
export function mayBeOneBoot(one: string, other: string): boolean {
  const minuteOf = (boot: string) => Number(/^boot-(\d{6,})$/.exec(boot)?.[1] ?? Number.NaN);
  return one === other || Math.abs(minuteOf(one) - minuteOf(other)) <= correctionMinutes;
}

/**
 * Seconds between two instants: on the monotonic clock if both are of one boot, otherwise on the wall clock. A negative
 * difference is 0, which `clock` reports.
 */
export function secondsBetween(
  from: Instant,
  to: Instant,
): { seconds: number; clock: 'monotonic' | 'wall' | 'backwards' } {
  if (
    from.boot !== null &&
    from.boot === to.boot &&
    from.monotonicSeconds !== null &&
    to.monotonicSeconds !== null
  ) {
    const seconds = to.monotonicSeconds - from.monotonicSeconds;
    return seconds < 0
      ? { seconds: 0, clock: 'backwards' }
      : { seconds: roundMicro(seconds), clock: 'monotonic' };
  }
  const seconds = (to.wallMs - from.wallMs) / 1000;
  return seconds < 0 ? { seconds: 0, clock: 'backwards' } : { seconds: roundMicro(seconds), clock: 'wall' };
}

/** Whole microseconds: the resolution of everything that is stored or summed. */
export function roundMicro(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}

/** Causes of error budget use, closed vocabulary of `deployment_error_budget_consumed_total`. */
export type BudgetCause =
  | 'deploy_failed'
  | 'migration_failed'
  | 'smoke_test_failed'
  | 'rollback_health'
  | 'rollback_error';

/**
 * The ID of a deployment for the given one, which a CI may have made of any characters: always the same result. Null if
 * none was given: `none`, or only spaces.
 */
export function safeId(said: string): string | null {
  if (isDeploymentId(said)) return said;
  const given = said.trim();
  if (isDeploymentId(given)) return given;
  if (given === '' || given === 'none') return null;
  // Different given IDs must stay different: the hash is of the whole given text.
  const { createHash } = require('node:crypto') as typeof import('node:crypto');
  const hash = createHash('sha256').update(given, 'utf8').digest('hex').slice(0, 8);
  const letters = given
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 55);
  return letters === '' ? `id-${hash}` : `${letters}-${hash}`;
}

/** Half a surrogate pair. */
const lone = /[\ud800-\udfff]/u;
const everyLone = /[\ud800-\udfff]/gu;

/** Whether a text can be encoded in UTF-8. (Node's own method is missing in Node 18, where marks are made too.) */
export function isWellFormed(text: string): boolean {
  return !lone.test(text);
}

/** The text with U+FFFD for what UTF-8 cannot encode. */
export function wellFormed(text: string): string {
  return lone.test(text) ? text.replaceAll(everyLone, '\ufffd') : text;
}

/** The text, well-formed and at most this many bytes of UTF-8, cut at a character. */
export function cutToBytes(text: string, maxBytes: number): string {
  const whole = wellFormed(text);
  // A code unit has at most 3 bytes: most texts need no counting.
  if (whole.length * 3 <= maxBytes || Buffer.byteLength(whole) <= maxBytes) return whole;
  let bytes = 0;
  let end = 0;
  for (const character of whole) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    end += character.length;
  }
  return whole.slice(0, end);
}

/** The end of a text, at most this many bytes of UTF-8, cut at a character. */
export function lastBytes(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text, 'utf8');
  let start = Math.max(0, bytes.length - maxBytes);
  while (start > 0 && start < bytes.length && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return bytes.toString('utf8', start);
}

/**
 * Bounds of all stored and counted values: one table for the command line and for marks that arrive as text. Chosen so
 * that a million marks of the largest values leave every total finite, and no total ever falls.
 */
export interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}

const day = 86_400_000;

export const amountLimits = {
  /** Ten years. */
  seconds: { min: 0, max: 315_360_000, whole: false },
  /** For one attempt: the longest that a timer waits. */
  latencySeconds: { min: 0, max: 2_147_483, whole: false },
  /** Ten years of 32 cores. */
  cpuSeconds: { min: 0, max: 10_091_520_000, whole: false },
  bytes: { min: 0, max: Number.MAX_SAFE_INTEGER, whole: true },
  migrations: { min: 0, max: 1_000_000_000, whole: true },
  usd: { min: 0, max: 1_000_000_000, whole: false },
  share: { min: 0, max: 1, whole: false },
  /** Including the exit codes of Windows, signed or not. */
  exitCode: { min: -2_147_483_648, max: 4_294_967_295, whole: true },
  statusCode: { min: 0, max: 999, whole: true },
  pid: { min: 0, max: 4_294_967_295, whole: true },
  /** Seconds on a boot's own clock: as long as all stored times. */
  monotonicSeconds: { min: 0, max: 7_258_118_400, whole: false },
  /** A timer of Node supports at most 24.8 days. */
  waitMs: { min: 0, max: 24 * day, whole: false },
  /** How long ago, or how old: ten years. */
  ageMs: { min: 0, max: 3650 * day, whole: false },
  /** Unix milliseconds, from 1970 to the end of 2199. */
  wallMs: { min: 0, max: 7_258_118_399_999, whole: false },
} as const satisfies Readonly<Record<string, Bounds>>;

export type AmountName = keyof typeof amountLimits;

export function isWithin(amount: number, { min, max, whole }: Bounds): boolean {
  // Also false for NaN.
  return amount >= min && amount <= max && (!whole || Number.isInteger(amount));
}

/** Bytes of UTF-8. */
export const textLimits = {
  /** Versions, commits, URLs, paths. */
  text: 32_768,
  /** Notes, errors and output of a command: the end of a longer one is stored. */
  long: 65_536,
  /** The text given for an ID, in characters. */
  givenId: 1000,
} as const;
