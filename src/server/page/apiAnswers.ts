import { readComparison } from '../../ledger/analytics/comparison.ts';
import type { Database } from '../../ledger/file/addon.ts';
import { readListed, readListedIds } from '../../ledger/read/listed.ts';
import { csv } from '../../report/csv.ts';
import { deploymentJson, deploymentKeys } from '../../report/deploymentJson.ts';
import type { ChangedRows, ComparedItems, Deployment, DeploymentPage, Overview } from '../api.ts';
import type { ServerContext } from '../serverContext.ts';
import { deploymentPageJson } from './deploymentPageJson.ts';
import { pageJson, rowsJson } from './listJson.ts';
import { filterOf, requestOf, scopeOf } from './listQuery.ts';
import { overviewParts } from './overviewJson.ts';
import { runningJson } from './runningJson.ts';

const mostOfPage = 200;
const pageLength = 50;
const mostIds = 200;
const mostOfCsv = 1000;

/** A request for data of the web UI. */
interface Asked {
  readonly query: URLSearchParams;
  readonly database: Database;
  readonly server: ServerContext;
}

export async function overviewAnswer({ query, database, server }: Asked): Promise<Overview> {
  const nowMs = server.session.context.instant().wallMs;
  const overview = await inTurns(overviewParts(database, { scope: scopeOf(query, server), nowMs }));
  return server.isSample ? { sample: true, ...overview } : overview;
}

export function listAnswer({ query, database, server }: Asked): DeploymentPage {
  const asked = Number(query.get('limit'));
  const limit = Number.isSafeInteger(asked) && asked > 0 ? Math.min(mostOfPage, asked) : pageLength;
  return pageJson(database, readListed(database, requestOf(query, { server, limit })));
}

export function changedAnswer({ query, database, server }: Asked): ChangedRows {
  const ids = query.get('ids')?.split(',').slice(0, mostIds) ?? [];
  return {
    rows: rowsJson(database, readListedIds(database, scopeOf(query, server), ids)),
    listed: readListedIds(database, filterOf(query, server), ids).flatMap(({ id }) => id ?? []),
    running: runningJson(database, scopeOf(query, server)),
  };
}

/** With the columns of `history --format csv`: the newest that match. */
export function csvAnswer({ query, database, server }: Asked): string {
  const { rows } = readListed(database, requestOf(query, { server, limit: mostOfCsv }));
  return csv(
    deploymentKeys,
    rows.map((row) => Object.values(deploymentJson(row))),
  );
}

export function comparisonAnswer({ query, database }: Asked): ComparedItems {
  const found = readComparison(database, query.get('one') ?? '', query.get('other') ?? '');
  return { changes: found?.changes?.map((change) => ({ ...change })) ?? null };
}

export function deploymentAnswer({ database, server }: Omit<Asked, 'query'>, id: string): Deployment | null {
  const nowMs = server.session.context.instant().wallMs;
  const found = deploymentPageJson(database, { id, nowMs });
  return found !== null && server.isSample ? { sample: true, ...found } : found;
}

/** Between two parts, requests that wait are served. */
async function inTurns<Result>(parts: Generator<undefined, Result>): Promise<Result> {
  for (;;) {
    const { done, value } = parts.next();
    if (done === true) return value;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
