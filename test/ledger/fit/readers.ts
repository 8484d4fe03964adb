import { readBreakdown } from '../../../src/ledger/analytics/breakdown.ts';
import { readBudget } from '../../../src/ledger/analytics/budget.ts';
import { readComparison } from '../../../src/ledger/analytics/comparison.ts';
import { readDelivery } from '../../../src/ledger/analytics/dora.ts';
import { goodVersions } from '../../../src/ledger/analytics/goodVersion.ts';
import { readPeriod } from '../../../src/ledger/analytics/periodReport.ts';
import { readPhaseTimes } from '../../../src/ledger/analytics/phaseTimes.ts';
import { readRestores } from '../../../src/ledger/analytics/restores.ts';
import { exportLines } from '../../../src/ledger/exchange/exportLines.ts';
import type { Database } from '../../../src/ledger/file/addon.ts';
import { listGroups } from '../../../src/ledger/push/deliveries.ts';
import { readSnapshot } from '../../../src/ledger/push/snapshot.ts';
import { readHistory } from '../../../src/ledger/read/deployments.ts';
import { readDetail } from '../../../src/ledger/read/detail.ts';
import { readEvents } from '../../../src/ledger/read/eventRows.ts';
import { readHosts } from '../../../src/ledger/read/hosts.ts';
import { readListed } from '../../../src/ledger/read/listed.ts';
import { readAttempts } from '../../../src/ledger/read/pages.ts';
import { siteMeant } from '../../../src/ledger/read/site.ts';
import { readStatistics } from '../../../src/ledger/read/statistics.ts';
import { exposition } from '../../../src/metrics/exposition.ts';
import { groupSamples } from '../../../src/metrics/samples.ts';
import { formatAnalytics } from '../../../src/report/analytics/analytics.ts';
import { comparisonAnalytics } from '../../../src/report/analytics/compare.ts';
import { doraAnalytics } from '../../../src/report/analytics/dora.ts';
import { formatPeriod } from '../../../src/report/analytics/period.ts';
import { formatHistory } from '../../../src/report/history.ts';
import { formatShow } from '../../../src/report/show/show.ts';
import { formatStats } from '../../../src/report/stats/stats.ts';
import { healthResponse } from '../../../src/server/health/healthJson.ts';
import { deploymentPageJson } from '../../../src/server/page/deploymentPageJson.ts';
import { overviewJson } from '../../../src/server/page/overviewJson.ts';
import { terminal as terminalOf } from '../../report/testView.ts';

const terminal = terminalOf(80);

const formats = ['table', 'json', 'csv', 'markdown'] as const;

/** What each reading command reads from a ledger and how it is shown, by command. */
export const readers: Readonly<Record<string, (database: Database, nowMs: number) => readonly string[]>> = {
  stats: (db) =>
    formats.map((format) =>
      formatStats({ ...readStatistics(db, {}), ...readRestores(db, {}) }, { ...terminal, format }),
    ),
  phases: (db) => [JSON.stringify(readPhaseTimes(db, {}))],
  breakdown: (db) =>
    (['version', 'upgrade', 'host'] as const).map((by) =>
      JSON.stringify([goodVersions(db, readBreakdown(db, { by, filter: {} }).parts)]),
    ),
  dora: (db, nowMs) =>
    formats.map((format) =>
      formatAnalytics(
        doraAnalytics(readDelivery(db, { byHost: true, filter: {} }), {
          byHost: true,
          fromMs: 0,
          untilMs: nowMs,
        }),
        { ...terminal, format },
      ),
    ),
  budget: (db, nowMs) => {
    const uses = readBudget(db, { fromMs: 0, untilMs: nowMs + 1 });
    for (const { spent } of uses)
      for (const { weight } of spent) if (!(weight > 0 && weight <= 1)) throw new Error(`weight ${weight}`);
    return [JSON.stringify(uses)];
  },
  history: (db) => formats.map((format) => formatHistory(readHistory(db, {}), { ...terminal, format })),
  show: (db) =>
    ids(db).flatMap((id) => {
      const detail = readDetail(db, id);
      return detail === null
        ? []
        : (['table', 'json', 'markdown'] as const).map((format) =>
            formatShow(detail, { ...terminal, format }),
          );
    }),
  compare: (db) => {
    const [one = '', other = ''] = ids(db);
    const found = readComparison(db, one, other);
    return found === null
      ? []
      : [formatAnalytics(comparisonAnalytics(found), { ...terminal, format: 'table' })];
  },
  report: (db, nowMs) => [
    formatPeriod(readPeriod(db, { fromMs: nowMs - 864e5, untilMs: nowMs + 1, wanted: {}, mostBad: 20 }), {
      ...terminal,
      format: 'table',
    }),
  ],
  export: (db) =>
    [...exportLines(db, { id: null, deployment: null, environment: null })].map((line) =>
      JSON.stringify(line),
    ),
  backtest: (db) => [JSON.stringify(readEvents(db, '1970-01-01T00:00:00.000Z'))],
  page: (db, nowMs) => [
    JSON.stringify(readListed(db, { limit: 50 })),
    JSON.stringify(readHosts(db)),
    JSON.stringify(overviewJson(db, { scope: {}, nowMs })),
    ...ids(db).map((id) => JSON.stringify([deploymentPageJson(db, { id, nowMs }), readAttempts(db, id)])),
  ],
  health: (db) => [
    JSON.stringify(healthResponse(db, { site: siteMeant(db, {}), limit: 10 }).body).slice(0, 1_000_000),
  ],
  metrics: (db) =>
    listGroups(db, { deploymentId: null }).map(({ groupId }) =>
      exposition(groupSamples(readSnapshot(db, { groupId, programVersion: '1' }))),
    ),
};

function ids(db: Database): string[] {
  return readHistory(db, {}).flatMap(({ id }) => id ?? []);
}
