import { deploymentStatuses } from '../../model.ts';

/** What a list of deployments can be narrowed to, besides the final statuses and `in-progress`. */
export const listStates = [...deploymentStatuses, 'rolled-back'] as const;

export type ListState = (typeof listStates)[number];

/** Undefined fields do not restrict the list. */
export interface ListFilter {
  readonly deployment?: string | undefined;
  readonly environment?: string | undefined;
  /** The instance of the group. */
  readonly host?: string | undefined;
  /** Started at or after this Unix time in milliseconds. */
  readonly sinceMs?: number | undefined;
  /** Started before this one. */
  readonly untilMs?: number | undefined;
  readonly state?: ListState | undefined;
  /** Text to search in version, ID, commit, user and error: each of its words, in upper or lower case. */
  readonly search?: string | undefined;
}

/** The columns of a row that a filter reads. */
export interface FilteredRow {
  readonly deployment: string | null;
  readonly environment: string | null;
  readonly instance: string | null;
  readonly status: string;
  readonly discarded: number;
  readonly fragment: number;
  readonly rolledBack: number;
  readonly text: string | null;
}

/** The select list of a `FilteredRow` on the alias `d`: only what this filter reads, since it is read for many rows. */
export function filteredColumns({ state, search }: ListFilter): string {
  const rolledBack =
    'EXISTS (SELECT 1 FROM rollbacks r WHERE r.deployment_id = d.deployment_id AND r.success = 1)';
  const text = "concat_ws(' ', d.version, d.deployment_id, d.commit_sha, d.triggered_by, d.error_message)";
  return `d.deployment, d.environment, d.instance, d.deployment_status AS status, d.discarded, d.fragment,
    ${state === 'rolled-back' ? rolledBack : '0'} AS rolledBack, ${search === undefined ? 'NULL' : text} AS text`;
}

/** Whether a row matches in everything but its time. Discarded and incomplete deployments never match. */
export function matcherOf(filter: ListFilter): (row: FilteredRow) => boolean {
  const { deployment, environment, host, state } = filter;
  const words = (filter.search ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  return (row) =>
    row.discarded === 0 &&
    row.fragment === 0 &&
    (deployment === undefined || row.deployment === deployment) &&
    (environment === undefined || row.environment === environment) &&
    (host === undefined || row.instance === host) &&
    (state === undefined || (state === 'rolled-back' ? row.rolledBack === 1 : row.status === state)) &&
    (words.length === 0 || hasAll((row.text ?? '').toLowerCase(), words));
}

function hasAll(text: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(word));
}
