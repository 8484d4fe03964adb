import type { Database } from '../../ledger/file/addon.ts';
import { oldestStart } from '../../ledger/read/oldestStart.ts';
import { isoTime } from '../../model.ts';
import type { Overview } from '../api.ts';
import type { ServerContext } from '../serverContext.ts';

/** The source of the deployments; nothing if it is the ledger of this host. */
export function originJson(
  database: Database,
  { isSample, store }: Pick<ServerContext, 'isSample' | 'store'>,
): Pick<Overview, 'sample' | 'store'> {
  if (isSample) return { sample: true };
  if (store === null) return {};
  const { shown, readMs, lostMs, most, left, isCut } = store.state();
  return {
    store: {
      name: shown,
      read_at: isoTime(readMs),
      lost_since: lostMs === null ? null : isoTime(lostMs),
      oldest: isCut || left > 0 ? oldestStart(database) : null,
      most,
      left,
    },
  };
}
