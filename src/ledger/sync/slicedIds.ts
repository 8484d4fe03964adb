import type { Database } from '../file/addon.ts';

/**
 * The ID that a deployment has in a slice: as asked, with its host behind it (of several the one that began last), or
 * without the host. Null if there is none.
 */
export function idInSlice(database: Database, asked: string): string | null {
  const find = (condition: string, ...values: readonly string[]) =>
    database
      .prepare<unknown[], string>(
        `SELECT deployment_id FROM deployment_metrics WHERE ${condition} ORDER BY deployment_started_at DESC, id DESC LIMIT 1`,
      )
      .pluck()
      .get(...values) ?? null;
  const [, plain, host] = /^(.*)@([^@]*)$/s.exec(asked) ?? [];
  return (
    find('deployment_id = ?', asked) ??
    find("deployment_id >= ? || '@' AND deployment_id < ? || 'A'", asked, asked) ??
    (plain === undefined || host === undefined
      ? null
      : find('deployment_id = ? AND ifnull(instance, hostname) = ?', plain, host))
  );
}
