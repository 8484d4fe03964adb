import type { ChangedRows, DeploymentPage, ListRow, Overview } from '../server/api.ts';

/** A list with the changed rows in their places. */
export function patched(
  page: DeploymentPage,
  {
    changes: { rows, listed },
    ids,
    takesNew,
    limit,
  }: {
    readonly changes: ChangedRows;
    readonly ids: readonly string[];
    /** False if the list is sorted, or does not begin with the newest: then only its own rows change. */
    readonly takesNew: boolean;
    readonly limit: number;
  },
): DeploymentPage {
  const fresh = new Map(
    rows.flatMap((row) => (row.deployment_id === null ? [] : [[row.deployment_id, row]])),
  );
  const isListed = new Set(listed);
  const kept = page.rows.flatMap((row) => {
    const { deployment_id: id } = row;
    if (id === null || !ids.includes(id)) return [row];
    return isListed.has(id) ? [fresh.get(id) ?? row] : [];
  });
  const known = new Set(page.rows.map((row) => row.deployment_id));
  const last = page.rows.at(-1);
  const added = !takesNew
    ? []
    : rows.filter(
        (row) =>
          !known.has(row.deployment_id) &&
          isListed.has(row.deployment_id ?? '') &&
          (page.next === null || last === undefined || isNewer(row, last)),
      );
  if (added.length === 0) return { ...page, rows: kept };
  const all = newestFirst([...added, ...kept]);
  const end = all[limit - 1];
  if (all.length <= limit || end === undefined) return { ...page, rows: all };
  const next = { startedAt: end.deployment_started_at, rowId: end.row_id };
  return { ...page, rows: all.slice(0, limit), next };
}

export function newestFirst(rows: readonly ListRow[]): ListRow[] {
  return [...rows].sort((one, other) => (isNewer(one, other) ? -1 : 1));
}

function isNewer(one: ListRow, other: ListRow): boolean {
  const [first, second] = [one.deployment_started_at, other.deployment_started_at];
  return first === second ? one.row_id > other.row_id : first > second;
}

/** What the overview counts of a deployment. */
export type Counted = ReadonlyMap<string, string>;

export function countedOf(rows: readonly ListRow[]): Counted {
  return new Map(
    rows.flatMap((row) => (row.deployment_id === null ? [] : [[row.deployment_id, countedText(row)]])),
  );
}

function countedText({ status, rolled_back, downtime_duration, health_check_success }: ListRow): string {
  return `${status} ${rolled_back} ${downtime_duration} ${health_check_success}`;
}

/** Whether the figures can have changed: a deployment of the scope began, ended, was checked, rolled back or excluded. */
export function changesFigures(
  { rows }: ChangedRows,
  { ids, counted }: { readonly ids: readonly string[]; readonly counted: Counted },
): boolean {
  const now = countedOf(rows);
  return ids.some((id) => now.get(id) !== counted.get(id));
}

/** The overview with the deployments that run now. */
export function withRunning(overview: Overview, { running }: ChangedRows): Overview {
  return { ...overview, running };
}
