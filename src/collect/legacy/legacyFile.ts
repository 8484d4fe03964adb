import type { RawRow } from './legacyRow.ts';

/** A row and its position: the line of a text, or its number in the table. */
export interface PlacedRow {
  /** `deployment_metrics`, `deployment_history`; null if the file is one table. */
  readonly table: string | null;
  readonly row: number;
  /** Null: it is not a row at all; `why` has the reason. */
  readonly raw: RawRow | null;
  readonly why: string;
}

/** Deployments recorded by another program. */
export interface LegacyFile {
  readonly format: 'sqlite' | 'csv' | 'json' | 'jsonl';
  readonly rows: readonly PlacedRow[];
}

/** Whether something has the fields that every deployment needs. */
export function namesDeployment(names: readonly string[]): boolean {
  return (
    names.includes('version') &&
    names.some((name) => name === 'deployment_started_at' || name === 'deployed_at')
  );
}
