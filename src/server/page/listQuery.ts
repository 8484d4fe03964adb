import { parseDurationMs, parseTimeMs } from '../../duration.ts';
import { usageError } from '../../errors.ts';
import type { ListRequest } from '../../ledger/read/listed.ts';
import { type ListFilter, listStates } from '../../ledger/read/listFilter.ts';
import type { ServerContext } from '../serverContext.ts';

/** What a request of the web UI is about: names, host and period. The options of `serve` are its defaults. */
export function scopeOf(query: URLSearchParams, server: ServerContext): ListFilter {
  const said = (name: string) => query.get(name) || undefined;
  const nowMs = server.session.context.instant().wallMs;
  const period = said('period') ?? 'all';
  const periodMs = period === 'all' ? null : parseDurationMs(period);
  if (period !== 'all' && periodMs === null) throw usageError('invalid period', 'expected 7d, 30d or all');
  return {
    deployment: said('deployment') ?? server.site.deployment ?? undefined,
    environment: said('environment') ?? server.site.environment ?? undefined,
    host: said('host'),
    sinceMs: periodMs === null ? timeOf(query, 'since') : nowMs - periodMs,
    untilMs: timeOf(query, 'until'),
  };
}

/** The scope, narrowed to a state and searched words. */
export function filterOf(query: URLSearchParams, server: ServerContext): ListFilter {
  const asked = query.get('status') || undefined;
  const state = listStates.find((one) => one === asked);
  if (asked !== undefined && state === undefined)
    throw usageError('unknown status', `expected ${listStates.join(', ')}`);
  return { ...scopeOf(query, server), state, search: query.get('search')?.trim() || undefined };
}

export function requestOf(
  query: URLSearchParams,
  { server, limit }: { server: ServerContext; limit: number },
): ListRequest {
  const sort = (['took', 'downtime'] as const).find((one) => one === query.get('sort'));
  const newer = query.get('newer');
  const from = cursorOf(newer ?? query.get('older'));
  const offset = Number(query.get('offset') ?? 0);
  return {
    ...filterOf(query, server),
    limit,
    sort,
    offset: Number.isSafeInteger(offset) && offset > 0 ? offset : 0,
    from,
    direction: newer === null ? 'older' : 'newer',
  };
}

/** `<start>~<row>`, as the page puts it into its URL. */
function cursorOf(text: string | null): ListRequest['from'] {
  if (text === null || text === '') return undefined;
  const [startedAt = '', row] = text.split('~');
  const rowId = Number(row);
  if (parseTimeMs(startedAt) === null || !Number.isSafeInteger(rowId))
    throw usageError('invalid place in the list', 'expected <time>~<row>');
  return { startedAt, rowId };
}

function timeOf(query: URLSearchParams, name: string): number | undefined {
  const said = query.get(name);
  if (said === null || said === '') return undefined;
  const ms = parseTimeMs(said);
  if (ms === null) throw usageError(`invalid time for ${name}`, 'expected ISO 8601');
  return ms;
}
