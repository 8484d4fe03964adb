import type { LimitedFilter } from '../ledger/read/filter.ts';
import { hasFailed } from '../ledger/statuses.ts';
import { ledgerLength } from '../ledger/sync/slicedIds.ts';
import { beginsWith, matching, places } from './condition.ts';
import type { Query } from './stats/query.ts';
import { viewSchema } from './tables.ts';
import { storedText } from './upsertSql.ts';

/** What identifies a deployment in the store, and what its neighbours are found by. */
export interface Key {
  readonly ledger_id: string;
  readonly deployment_id: string;
  readonly deployment: string | null;
  readonly environment: string | null;
  readonly instance: string | null;
  readonly deployment_started_at: Date;
}

const keyed = `SELECT d.ledger_id, d.deployment_id, d.deployment, d.environment, d.instance, d.deployment_started_at
     FROM ${viewSchema}.deployment_metrics AS d`;
const newestFirst = 'ORDER BY d.deployment_started_at DESC, d.ledger_id, d.id DESC';

/** The deployments that match, the newest first. */
export async function keysThatMatch(query: Query, wanted: LimitedFilter): Promise<Key[]> {
  const { limit, ...filter } = wanted;
  if (filter.version !== undefined && limit !== undefined)
    return keysOfVersions(query, { ...filter, version: filter.version, limit });
  const { values, place } = places();
  const condition = matching(filter, { place });
  const most = limit === undefined ? '' : ` LIMIT ${place(limit)}`;
  return (await query(`${keyed} WHERE ${condition} ${newestFirst}${most}`, values)) as unknown as Key[];
}

/**
 * From version to version in their index: neither all deployments since an old version are read, nor all of those that begin like
 * this.
 */
async function keysOfVersions(
  query: Query,
  { version, limit, ...filter }: LimitedFilter & { version: string; limit: number },
): Promise<Key[]> {
  const { values, place } = places();
  const begins = beginsWith('n.version', { text: version, place });
  const next = (after: string) =>
    `SELECT min(n.version COLLATE "C") FROM ${viewSchema}.deployment_metrics n WHERE ${begins}${after}`;
  const condition = matching(filter, { place });
  const most = `LIMIT ${place(limit)}`;
  const sql = `WITH RECURSIVE known(version) AS (
      ${next('')}
      UNION ALL SELECT (${next(' AND n.version COLLATE "C" > known.version')}) FROM known WHERE known.version IS NOT NULL)
    SELECT d.* FROM known CROSS JOIN LATERAL (
      ${keyed.replace('SELECT ', 'SELECT d.id, ')} WHERE ${condition} AND d.version COLLATE "C" = known.version ${newestFirst} ${most}) AS d
    ${newestFirst} ${most}`;
  return (await query(sql, values)) as unknown as Key[];
}

/** Shorter texts are not looked for in IDs. */
const shortest = 4;

/**
 * The deployments that a word may mean, as `show` understands it: a full ID, otherwise a version, its newest deployment,
 * otherwise how an ID begins or its part after the last hyphen. An ID that several hosts have is meant with `@host`,
 * one that a host has several times with the beginning of its ledger.
 */
export async function keysMeant(query: Query, word: string, filter: LimitedFilter): Promise<Key[]> {
  // The store refuses to look for what it cannot hold.
  if (storedText(word) !== word) return [];
  const [exact, ofHost, version, part] = await Promise.all([
    ofId(query, { id: word, filter }),
    ofIdAndHost(query, word),
    ofVersion(query, word, filter),
    word.length < shortest ? [] : ofPart(query, word, filter),
  ]);
  return [exact, ofHost, version, part].find((found) => found.length > 0) ?? [];
}

async function ofId(
  query: Query,
  { id, filter: { host, limit } }: { id: string; filter: LimitedFilter },
): Promise<Key[]> {
  const { values, place } = places();
  const onHost = host === undefined ? '' : ` AND d.instance = ${place(host)}`;
  const sql = `${keyed} WHERE d.deployment_id = ${place(id)}${onHost} ${newestFirst} LIMIT ${place(limit)}`;
  return (await query(sql, values)) as unknown as Key[];
}

/** In which one host has the same ID. */
const mostLedgers = 10;
/** As `withLedger` writes it. */
const ledgerBehind = new RegExp(`-[^-]{${ledgerLength}}$`);

async function ofIdAndHost(query: Query, word: string): Promise<Key[]> {
  const at = word.lastIndexOf('@');
  if (at < 1) return [];
  const [id, place] = [word.slice(0, at), word.slice(at + 1)];
  const onHost = (host: string) => ofId(query, { id, filter: { host, limit: mostLedgers } });
  const ledger = ledgerBehind.exec(place);
  if (ledger === null) return onHost(place);
  const [found, ofLedger] = await Promise.all([onHost(place), onHost(place.slice(0, ledger.index))]);
  return found.length > 0 ? found : ofLedger.filter((one) => `-${one.ledger_id}`.startsWith(ledger[0]));
}

async function ofVersion(query: Query, version: string, filter: LimitedFilter): Promise<Key[]> {
  const { values, place } = places();
  const condition = `${matching(filter, { place })} AND d.version COLLATE "C" = ${place(version)}`;
  return (await query(`${keyed} WHERE ${condition} ${newestFirst} LIMIT 1`, values)) as unknown as Key[];
}

async function ofPart(query: Query, word: string, { host, limit }: LimitedFilter): Promise<Key[]> {
  const { values, place } = places();
  const tail = [...`-${word}`].reverse().join('');
  const [head, end] = [
    beginsWith('d.deployment_id', { text: word, place }),
    beginsWith('reverse(d.deployment_id)', { text: tail, place }),
  ];
  const onHost = host === undefined ? '' : ` AND d.instance = ${place(host)}`;
  // Those that begin alike may be all of a year. IDs begin with a time: the newest ones are the last ones of the index.
  const lastFirst = 'ORDER BY d.deployment_id COLLATE "C" DESC, d.ledger_id';
  const each = [
    [head, lastFirst],
    [end, newestFirst],
  ].map(
    ([one, order]) => `SELECT * FROM (${keyed} WHERE ${one}${onHost} ${order} LIMIT ${place(limit)}) AS one`,
  );
  return (await query(each.join(' UNION '), values)) as unknown as Key[];
}

/** As many as a phase is compared with, and those of its runs that failed. */
const mostEarlier = 100;

/**
 * The deployments before one, of the same host, deployment and environment. By the index of groups: that of ledgers would
 * read all that the host ever deployed.
 */
export async function keysBefore(query: Query, key: Key): Promise<Key[]> {
  const values = [key.deployment, key.environment, key.instance, key.ledger_id, key.deployment_started_at];
  const sql = `${keyed} WHERE d.deployment = $1 AND d.environment = $2 AND d.instance = $3 AND d.ledger_id || '' = $4
     AND d.deployment_started_at <= $5 ORDER BY d.deployment_started_at DESC LIMIT ${mostEarlier}`;
  return (await query(sql, values)) as unknown as Key[];
}

/** The newest deployments that match and failed or were rolled back. */
export async function keysOfBad(query: Query, { limit, ...filter }: LimitedFilter): Promise<Key[]> {
  const { values, place } = places();
  // Not EXISTS, for which a planner may read the whole table.
  const wasRolledBack = `(SELECT 1 FROM ${viewSchema}.rollbacks r
       WHERE r.ledger_id = d.ledger_id AND r.deployment_id = d.deployment_id AND r.success = 1 LIMIT 1) IS NOT NULL`;
  const condition = `${matching(filter, { place })} AND (d.${hasFailed} OR ${wasRolledBack})`;
  const sql = `${keyed} WHERE ${condition} ${newestFirst} LIMIT ${place(limit)}`;
  return (await query(sql, values)) as unknown as Key[];
}
