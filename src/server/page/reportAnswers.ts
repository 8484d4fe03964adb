import type { Database } from '../../ledger/file/addon.ts';
import { transaction } from '../../ledger/file/transaction.ts';
import { readListed } from '../../ledger/read/listed.ts';
import type { Deployment, ReportAnswers, ReportOrigin } from '../api.ts';
import { deploymentPageJson } from './deploymentPageJson.ts';
import { pageJson } from './listJson.ts';
import { overviewJson } from './overviewJson.ts';

/** Selects the deployments of a report. */
export interface ReportFilter {
  /** Started at or after this Unix time in milliseconds. */
  readonly sinceMs?: number | undefined;
  readonly deployment?: string | undefined;
  readonly environment?: string | undefined;
  readonly host?: string | undefined;
  readonly limit: number;
  /** The deployment that the report opens with. It and the previous one are included at any age. */
  readonly id: string | null;
  readonly nowMs: number;
  readonly made: ReportOrigin;
}

/** The data of a report by path: the overview, the last deployments, and the details of each. */
export function reportAnswers(
  database: Database,
  { id, nowMs, made, limit, ...scope }: ReportFilter,
): ReportAnswers {
  return transaction(database, { mode: 'read' }, () => {
    const listed = readListed(database, { ...scope, limit });
    const overview = overviewJson(database, { scope, nowMs });
    const deployments: Record<`/api/deployments/${string}`, Deployment> = {};
    const asked = new Set([id, ...listed.rows.map((row) => row.id)].filter((one) => one !== null));
    for (const one of asked) {
      const whole = deploymentPageJson(database, { id: one, nowMs });
      if (whole === null) continue;
      deployments[`/api/deployments/${encodeURIComponent(one)}`] = whole;
      // The link to the previous deployment needs its details; all deployments of the list are included already.
      if (one === id && whole.before !== null) asked.add(whole.before);
    }
    return {
      '/api/overview': overview,
      '/api/deployments': { ...pageJson(database, listed), next: null },
      start: id === null ? '' : `#/d/${encodeURIComponent(id)}`,
      made,
      ...deployments,
    };
  });
}
