import { parseDurationMs, parseTimeMs } from '../../duration.ts';
import { usageError } from '../../errors.ts';
import type { DeploymentFilter } from '../../ledger/read/filter.ts';
import { amountLimits, type DeploymentStatus, isWithin } from '../../model.ts';
import type { Session } from '../../session.ts';
import type { Format } from '../terminal/view.ts';

/** The options that select rows and format of a report. */
export interface Narrowed {
  readonly limit: number | null;
  readonly since: string | null;
  readonly status: DeploymentStatus | null;
  readonly host: string | null;
  readonly format: Format;
  readonly json: boolean;
}

/** The filter of a report; the default name of the deployment is not a filter. Throws a usage error. */
export function reportFilter(
  session: Session,
  { since = null, status = null, host = null }: Partial<Pick<Narrowed, 'since' | 'status' | 'host'>>,
): DeploymentFilter {
  const { settings } = session;
  return {
    sinceMs: since === null ? undefined : sinceMs(session, since),
    deployment: settings.text('deployment') ?? undefined,
    environment: settings.text('environment') ?? undefined,
    // The instance of a group is the name of its host in lower case.
    host: host?.toLowerCase(),
    status: status ?? undefined,
  };
}

export function formatOf({ json, format }: Pick<Narrowed, 'json' | 'format'>): Format {
  return json ? 'json' : format;
}

/** A time, or how long ago: `2026-01-14`, `7d`. */
function sinceMs({ context }: Session, value: string): number {
  const ago = parseDurationMs(value);
  const ms = ago === null ? parseTimeMs(value) : context.instant().wallMs - ago;
  if (ms === null)
    throw usageError(
      `invalid time or duration ${JSON.stringify(value)} for --since`,
      'use for example 2026-01-14, 2026-01-14T18:45:00Z or 7d',
    );
  if (!isWithin(ms, amountLimits.wallMs))
    throw usageError(`invalid time ${JSON.stringify(value)} for --since; expected a year from 1970 to 2199`);
  return ms;
}
