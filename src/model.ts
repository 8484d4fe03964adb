import { isWellFormed } from './text/wellFormed.ts';

/** The terms of the domain: names of deployments, phases and statuses. */

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
  const stamp = new Date(wallMs)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:]/g, '');
  return `${stamp}-${random8Hex}`;
}

/** ISO 8601 in UTC with milliseconds and `Z`, the one form of time in the ledger. */
export function isoTime(wallMs: number): string {
  return new Date(wallMs).toISOString();
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
