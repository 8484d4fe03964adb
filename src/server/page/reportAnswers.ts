import type { Database } from '../../ledger/file/addon.ts';
import { transaction } from '../../ledger/file/transaction.ts';
import { readPage } from '../../ledger/read/pages.ts';
import { siteMeant } from '../../ledger/read/site.ts';
import { deploymentJson } from '../../report/deploymentJson.ts';
import type { Deployment, ReportAnswers } from '../api.ts';
import { deploymentPageJson } from './deploymentPageJson.ts';
import { overviewJson } from './overviewJson.ts';

/** Which deployments a report tells of. */
export interface ReportFilter {
  /** Started at or after this Unix time in milliseconds. */
  readonly sinceMs?: number | undefined;
  readonly deployment?: string | undefined;
  readonly environment?: string | undefined;
  readonly limit: number;
  /** The one that it opens with; it and the one before it are in it, however old. */
  readonly id: string | null;
}

/** What the page would have asked for, by address: the overview, the last deployments, and each of them whole. */
export function reportAnswers(database: Database, { id, ...filter }: ReportFilter): ReportAnswers {
  return transaction(database, { mode: 'read' }, () => {
    const { limit: _, sinceMs: __, ...wanted } = filter;
    const { rows } = readPage(database, filter);
    const named = Object.entries(wanted).filter(([, value]) => value !== undefined);
    const overview = overviewJson(database, siteMeant(database, Object.fromEntries(named)));
    const deployments: Record<`/api/deployments/${string}`, Deployment> = {};
    const asked = new Set([id, ...rows.map((row) => row.id)].filter((one) => one !== null));
    for (const one of asked) {
      const whole = deploymentPageJson(database, one);
      if (whole === null) continue;
      deployments[`/api/deployments/${encodeURIComponent(one)}`] = whole;
      // A link to compare with leads somewhere; those of the list are in it anyway.
      if (one === id && whole.before !== null) asked.add(whole.before);
    }
    return {
      '/api/overview': overview,
      '/api/deployments': { rows: rows.map(deploymentJson), next: null },
      start: id === null ? '' : `#/d/${encodeURIComponent(id)}`,
      ...deployments,
    };
  });
}
