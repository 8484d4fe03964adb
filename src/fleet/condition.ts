import { deploymentCondition, type LimitedFilter } from '../ledger/read/filter.ts';
import { hasEnded } from '../ledger/statuses.ts';
import { viewSchema } from './tables.ts';

/** A condition on the alias `d` of `deployment_metrics`, with the values of its places `$1`, `$2`, … */
export interface StoreCondition {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** No deployment lasts longer: what ran in a period belongs to one that began so long before it, or later. */
export const longestDeploymentMs = 7 * 86_400_000;

/** Collects the values of a statement. */
export function places(): { values: unknown[]; place: (value: unknown) => string } {
  const values: unknown[] = [];
  return { values, place: (value) => `$${values.push(value)}` };
}

/** The condition of the ledger in the other dialect: values have numbers, and a version is compared as it begins. */
export function matching(
  { version, ...filter }: LimitedFilter,
  { place }: Pick<ReturnType<typeof places>, 'place'>,
): string {
  const own = deploymentCondition(filter);
  const sql = own.sql.replaceAll(/@(\w+)/g, (_, name: string) => place(own.values[name]));
  return version === undefined ? sql : `${sql} AND ${beginsWith('d.version', { text: version, place })}`;
}

/** As a range, so that an index is used whatever the language of the database is. */
export function beginsWith(
  column: string,
  { text, place }: { text: string; place: (value: unknown) => string },
): string {
  const bytes = `${column} COLLATE "C"`;
  return `${bytes} >= ${place(text)} AND ${bytes} < ${place(`${text}\u{10FFFF}`)}`;
}

/** Finished deployments that match; with a limit the most recent ones of them. */
export function finished(filter: LimitedFilter): StoreCondition {
  const { values, place } = places();
  const sql = `${matching(filter, { place })} AND d.${hasEnded}`;
  if (filter.limit === undefined) return { sql, values };
  const last = `SELECT d.ledger_id, d.deployment_id FROM ${viewSchema}.deployment_metrics d WHERE ${sql}
    ORDER BY d.deployment_started_at DESC, d.ledger_id, d.id DESC LIMIT ${place(filter.limit)}`;
  return { sql: `(d.ledger_id, d.deployment_id) IN (${last})`, values };
}
