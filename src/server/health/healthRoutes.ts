import { DeploytrackError, usageError } from '../../errors.ts';
import type { Database } from '../../ledger/file/addon.ts';
import type { Site } from '../../ledger/read/endedSites.ts';
import { siteMeant } from '../../ledger/read/site.ts';
import { isoTime } from '../../model.ts';
import { respond } from '../http/respond.ts';
import { queryOf, type RequestContext, type Route } from '../route.ts';
import type { ServerContext } from '../serverContext.ts';
import { HealthCache } from './healthCache.ts';
import { healthResponse } from './healthJson.ts';

const defaultLimit = 10;
const mostLimit = 100;

/** `/health` and `/health/<deployment>`: the history of one deployment in one environment, as JSON. */
export function healthRoutes(): readonly Route[] {
  const kept = new HealthCache();
  const answer = (request: RequestContext, server: ServerContext, name: string | null) =>
    answerHealth(request, { query: queryOf(request), server, name, kept });
  return [
    {
      name: 'health',
      method: 'GET',
      path: '/health',
      answer: (request, server) => answer(request, server, null),
    },
    {
      name: 'health of one',
      method: 'GET',
      path: '/health/:name{.*}',
      answer: (request, server) => answer(request, server, request.req.param('name') ?? ''),
    },
  ];
}

interface Question {
  readonly query: URLSearchParams;
  readonly server: ServerContext;
  readonly name: string | null;
  readonly kept: HealthCache;
}

async function answerHealth(
  request: RequestContext,
  { query, server, name, kept }: Question,
): Promise<Response> {
  const limit = limitOf(query);
  const database = await server.database();
  const site = siteOf(database, { query, server, name });
  const lostMs = server.store?.state().lostMs ?? null;
  const storeLostSince = lostMs === null ? null : isoTime(lostMs);
  const key = JSON.stringify([site, limit, storeLostSince]);
  const found = kept.of(database, key, () =>
    healthResponse(database, { site, limit, isSample: server.isSample, storeLostSince }),
  );
  const fails = query.get('fail') === '1' && found.status === 'unhealthy';
  return respond(request, {
    status: fails ? 503 : 200,
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
    body: found.text,
  });
}

/** Throws if the requested site is not in the ledger. */
function siteOf(
  database: Database,
  { query, server, name }: Pick<Question, 'query' | 'server' | 'name'>,
): Site | null {
  const deployment = name ?? server.site.deployment;
  const environment = query.get('environment') ?? server.site.environment;
  const site = siteMeant(database, {
    ...(deployment === null ? {} : { deployment }),
    ...(environment === null ? {} : { environment }),
  });
  if (site !== null || (name === null && !query.has('environment'))) return site;
  throw new DeploytrackError({
    code: 'UNKNOWN_ID',
    message: `deployment ${[name, query.get('environment')]
      .filter((part) => part !== null)
      .map((part) => JSON.stringify(part))
      .join(' in ')} is not in this ledger`,
    hint: '/health returns the one that ended last',
  });
}

function limitOf(query: URLSearchParams): number {
  const said = query.get('limit');
  if (said === null) return defaultLimit;
  const limit = Number(said);
  if (/^\d{1,3}$/.test(said) && limit >= 1 && limit <= mostLimit) return limit;
  throw usageError(
    `invalid limit ${JSON.stringify(said.slice(0, 40))}`,
    `expected a number from 1 to ${mostLimit}`,
  );
}
