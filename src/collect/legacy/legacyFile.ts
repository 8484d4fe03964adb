import type { RawRow } from './legacyRow.ts';

/** A row and where it stands: the line of a text, the number in its table. */
export interface PlacedRow {
  /** `deployment_metrics`, `deployment_history`; null where the file is one table. */
  readonly table: string | null;
  readonly row: number;
  /** Null: it is no row at all, for the reason in `why`. */
  readonly raw: RawRow | null;
  readonly why: string;
}

/** Deployments that another program wrote down. */
export interface LegacyFile {
  readonly format: 'sqlite' | 'csv' | 'json' | 'jsonl';
  readonly rows: readonly PlacedRow[];
}

/** Whether something has the fields without which it cannot be a deployment. */
export function namesDeployment(names: readonly string[]): boolean {
  return (
    names.includes('version') &&
    names.some((name) => name === 'deployment_started_at' || name === 'deployed_at')
  );
}
