import { parseDurationMs, parseTimeMs } from '../../duration.ts';
import { usageError } from '../../errors.ts';
import type { DeploymentFilter } from '../../ledger/read/filter.ts';
import { amountLimits, isWithin } from '../../limits.ts';
import type { Format } from '../../report/view.ts';
import type { Session } from '../../session.ts';
import { flag, type Invocation, number, oneOf, text } from '../../words/invocation.ts';

/** What narrows a report; the default name of a deployment narrows nothing. Throws a usage error. */
export function reportFilter(session: Session, invocation: Invocation): DeploymentFilter {
  const { settings } = session;
  return {
    sinceMs: sinceMs(session, invocation),
    deployment: settings.text('deployment') ?? undefined,
    environment: settings.text('environment') ?? undefined,
    status:
      oneOf(invocation, {
        name: 'status',
        choices: ['in-progress', 'success', 'warning', 'failed'] as const,
      }) ?? undefined,
  };
}

export function formatOf(invocation: Invocation): Format {
  if (flag(invocation, 'json')) return 'json';
  return oneOf(invocation, { name: 'format', choices: ['table', 'json', 'csv', 'markdown'] }) ?? 'table';
}

export function limitOf(invocation: Invocation): number | null {
  return number(invocation, { name: 'limit', min: 1, max: Number.MAX_SAFE_INTEGER, whole: true });
}

/** A time, or how long ago: `2026-01-14`, `7d`. */
function sinceMs({ context }: Session, invocation: Invocation): number | undefined {
  const value = text(invocation, 'since');
  if (value === null) return undefined;
  const ago = parseDurationMs(value);
  const ms = ago === null ? parseTimeMs(value) : context.instant().wallMs - ago;
  if (ms === null)
    throw usageError(
      `--since: ${JSON.stringify(value)} is neither a time nor a duration`,
      'expected for example 2026-01-14, 2026-01-14T18:45:00Z or 7d',
    );
  if (!isWithin(ms, amountLimits.wallMs))
    throw usageError(`--since: ${JSON.stringify(value)} is not between the years 1970 and 2199`);
  return ms;
}
