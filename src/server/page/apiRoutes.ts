import { parseTimeMs } from '../../duration.ts';
import { DeploytrackError, usageError } from '../../errors.ts';
import { readPage } from '../../ledger/read/pages.ts';
import { siteMeant } from '../../ledger/read/site.ts';
import { deploymentStatuses } from '../../model.ts';
import { deploymentJson } from '../../report/deploymentJson.ts';
import type { Deployment, DeploymentPage, Overview } from '../api.ts';
import { respond } from '../http/respond.ts';
import { queryOf, type RequestContext, type Route } from '../route.ts';
import type { ServerContext } from '../serverContext.ts';
import { deploymentPageJson } from './deploymentPageJson.ts';

const pageLength = 50;

/** The JSON for the web UI. It is internal and may change with any version; `/health` is for other clients. */
export const apiRoutes: readonly Route[] = [
  {
    name: 'api overview',
    method: 'GET',
    path: '/api/overview',
    async answer(request, server) {
      // Most servers never show the web UI.
      const { overviewJson } = await import('./overviewJson.ts');
      const database = await server.database();
      const site = siteMeant(database, siteOf(queryOf(request), server));
      const overview = overviewJson(database, { site, nowMs: server.session.context.instant().wallMs });
      return json(request, server.isSample ? { sample: true, ...overview } : overview);
    },
  },
  {
    name: 'api deployments',
    method: 'GET',
    path: '/api/deployments',
    async answer(request, server) {
      const { rows, next } = readPage(await server.database(), filterOf(queryOf(request)));
      return json(request, { rows: rows.map(deploymentJson), next: next === null ? null : { ...next } });
    },
  },
  {
    name: 'api deployment',
    method: 'GET',
    path: '/api/deployments/:id{.*}',
    async answer(request, server) {
      const found = deploymentPageJson(await server.database(), request.req.param('id') ?? '');
      if (found !== null) return json(request, server.isSample ? { sample: true, ...found } : found);
      throw new DeploytrackError({
        code: 'UNKNOWN_ID',
        message: 'no such deployment in this ledger',
        hint: '/api/deployments lists them',
      });
    },
  },
];

function json(request: RequestContext, body: Overview | DeploymentPage | Deployment): Response {
  return respond(request, {
    status: 200,
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  });
}

function siteOf(
  query: URLSearchParams,
  { site }: ServerContext,
): { deployment?: string; environment?: string } {
  const deployment = query.get('deployment') ?? site.deployment;
  const environment = query.get('environment') ?? site.environment;
  return {
    ...(deployment === null ? {} : { deployment }),
    ...(environment === null ? {} : { environment }),
  };
}

function filterOf(query: URLSearchParams): Parameters<typeof readPage>[1] {
  const said = (name: string) => query.get(name) || undefined;
  const asked = said('status');
  const status = deploymentStatuses.find((one) => one === asked);
  if (asked !== undefined && status === undefined)
    throw usageError('unknown status', `expected ${deploymentStatuses.join(', ')}`);
  const [startedAt, rowId] = [said('startedAt'), Number(said('rowId'))];
  return {
    deployment: said('deployment'),
    environment: said('environment'),
    version: said('version'),
    status,
    sinceMs: timeOf(query, 'since'),
    untilMs: timeOf(query, 'until'),
    after: startedAt === undefined || !Number.isInteger(rowId) ? undefined : { startedAt, rowId },
    limit: pageLength,
  };
}

function timeOf(query: URLSearchParams, name: string): number | undefined {
  const said = query.get(name);
  if (said === null || said === '') return undefined;
  const ms = parseTimeMs(said);
  if (ms === null) throw usageError(`invalid time for ${name}`, 'expected ISO 8601');
  return ms;
}
