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
import { originJson } from './originJson.ts';
import { overviewParts } from './overviewJson.ts';
import { runningJson } from './runningJson.ts';
import { withDeployments } from './withDeployments.ts';

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
  return { ...originJson(database, server), ...overview };
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

export async function comparisonAnswer({ query, database, server }: Asked): Promise<ComparedItems> {
  const ids = [query.get('one') ?? '', query.get('other') ?? ''];
  return withDeployments({ database, server, ids }, (having, [one = '', other = '']) => {
    const found = readComparison(having, one, other);
    return { changes: found?.changes?.map((change) => ({ ...change })) ?? null };
  });
}

/** Null if neither the ledger nor the store has it. */
export async function deploymentAnswer(
  { database, server }: Omit<Asked, 'query'>,
  id: string,
): Promise<Deployment | null> {
  const nowMs = server.session.context.instant().wallMs;
  return withDeployments({ database, server, ids: [id] }, (having, [own = '']) => {
    const found = deploymentPageJson(having, { id: own, nowMs });
    return found === null ? null : { ...originJson(database, server), ...found };
  });
}

/** Between two parts, requests that wait are served. */
async function inTurns<Result>(parts: Generator<undefined, Result>): Promise<Result> {
  for (;;) {
    const { done, value } = parts.next();
    if (done === true) return value;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
