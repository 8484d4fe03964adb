import type { LimitedFilter } from '../ledger/read/filter.ts';
import { beginsWith, matching, places } from './condition.ts';
import type { Query } from './stats/query.ts';
import { viewSchema } from './tables.ts';

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
export async function keysThatMatch(query: Query, { limit, ...filter }: LimitedFilter): Promise<Key[]> {
  const { values, place } = places();
  const condition = matching(filter, { place });
  const most = limit === undefined ? '' : ` LIMIT ${place(limit)}`;
  return (await query(`${keyed} WHERE ${condition} ${newestFirst}${most}`, values)) as unknown as Key[];
}

/** A shorter text is no part of an ID. */
const shortest = 4;

/**
 * The deployments that a word may mean, as `show` understands it: a full ID, otherwise a version, its newest deployment,
 * otherwise how an ID begins or its part after the last hyphen. An ID that several hosts have is meant with `@host`.
 */
export async function keysMeant(query: Query, word: string, filter: LimitedFilter): Promise<Key[]> {
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

async function ofIdAndHost(query: Query, word: string): Promise<Key[]> {
  const at = word.lastIndexOf('@');
  if (at < 1) return [];
  return ofId(query, { id: word.slice(0, at), filter: { host: word.slice(at + 1), limit: 1 } });
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
  const each = [head, end].map(
    (one) => `SELECT * FROM (${keyed} WHERE ${one}${onHost} LIMIT ${place(limit)}) AS one`,
  );
  return (await query(each.join(' UNION '), values)) as unknown as Key[];
}

/** As many as a phase is compared with, and those of its runs that failed. */
const mostEarlier = 100;

/** The deployments before one, of the same host, deployment and environment. */
export async function keysBefore(query: Query, key: Key): Promise<Key[]> {
  const values = [key.deployment, key.environment, key.instance, key.ledger_id, key.deployment_started_at];
  const sql = `${keyed} WHERE d.deployment = $1 AND d.environment = $2 AND d.instance = $3 AND d.ledger_id = $4
     AND d.deployment_started_at <= $5 ORDER BY d.deployment_started_at DESC LIMIT ${mostEarlier}`;
  return (await query(sql, values)) as unknown as Key[];
}
