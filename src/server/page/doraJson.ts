import { readDelivery } from '../../ledger/analytics/dora.ts';
import type { Database } from '../../ledger/file/addon.ts';
import { readHistory } from '../../ledger/read/deployments.ts';
import type { Site } from '../../ledger/read/endedSites.ts';
import { isoTime } from '../../model.ts';
import { doraReport } from '../../report/dora/levels.ts';
import { measuresOf } from '../../report/dora/measures.ts';
import type { DoraOverview } from '../api.ts';

/** DORA's measures cover so many days, and no more deployments than these. */
const doraDays = 30;
const lastOnes = 100;

/** No measures if nothing finished in that time. */
export function doraJson(database: Database, { site, nowMs }: { site: Site; nowMs: number }): DoraOverview {
  const recent = readHistory(database, { ...site, limit: lastOnes });
  const oldest = recent.length < lastOnes ? undefined : recent.at(-1);
  const earliestMs = oldest === undefined ? 0 : Date.parse(oldest.startedAt);
  const sinceMs = Math.max(nowMs - doraDays * 86_400_000, earliestMs);
  const filter = { ...site, sinceMs, untilMs: nowMs + 1 };
  const [delivery] = readDelivery(database, { byHost: false, filter });
  const days = (nowMs - sinceMs) / 86_400_000;
  return {
    report: doraReport.title,
    since: isoTime(sinceMs),
    measures: delivery === undefined || days <= 0 ? [] : measuresOf(delivery, days),
  };
}
