import { type DeploytrackError, usageError } from '../errors.ts';
import type { LimitedFilter } from '../ledger/read/filter.ts';
import { type DeploymentStatus, deploymentStatuses } from '../model.ts';

/** Which deployments to read; a missing field does not restrict them. */
export interface Which {
  readonly deployment?: string | undefined;
  readonly environment?: string | undefined;
  /** Those that started then or later. */
  readonly since?: Date | undefined;
}

/** Which deployments, and at most how many. */
export interface LimitedWhich extends Which {
  /** A whole number from 1. */
  readonly limit?: number | undefined;
  readonly status?: DeploymentStatus | undefined;
}

/** The filter of the readers. Throws a usage error for values that callers without types may pass. */
export function filterOf({ deployment, environment, since, limit, status }: LimitedWhich): LimitedFilter {
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit >= 1))
    throw wrong('limit', { given: limit, expected: 'a whole number from 1' });
  if (status !== undefined && !deploymentStatuses.includes(status))
    throw wrong('status', { given: status, expected: `one of ${deploymentStatuses.join(', ')}` });
  if (since !== undefined && !(since instanceof Date && !Number.isNaN(since.getTime())))
    throw wrong('since', { given: since, expected: 'a valid Date' });
  for (const [name, given] of Object.entries({ deployment, environment }))
    if (given !== undefined && typeof given !== 'string')
      throw wrong(name, { given, expected: 'a string, or nothing' });
  return { deployment, environment, status, limit, sinceMs: since?.getTime() };
}

function wrong(name: string, { given, expected }: { given: unknown; expected: string }): DeploytrackError {
  return usageError(`invalid ${name}: ${String(given)}; expected ${expected}`);
}
