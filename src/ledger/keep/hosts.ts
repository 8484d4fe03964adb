import type { Database } from '../file/addon.ts';
import { publicTables } from '../fit/tables.ts';
import { unfitCases } from '../fit/unfit.ts';

/** What is deployed, in which environment, on which host; null for rows without a name. */
export interface HostSite {
  readonly deployment: string | null;
  readonly environment: string | null;
  readonly instance: string | null;
}

export const ofHostSite =
  'deployment IS @deployment AND environment IS @environment AND instance IS @instance';

/** By the same rule as reports leave rows out: the times of an invalid row mean nothing. */
export const isFit = `CASE ${unfitCases(publicTables.deployment_metrics?.needs ?? {})} END IS NULL`;

/** Of all deployments, also of those that were imported and have no metrics. */
export function hostSites(database: Database): HostSite[] {
  return database
    .prepare<unknown[], HostSite>('SELECT DISTINCT deployment, environment, instance FROM deployment_metrics')
    .all();
}
