import { DeploytrackError, usageError } from '../errors.ts';
import type { Database } from '../ledger/file/addon.ts';
import { cacheStatements } from '../ledger/file/cacheStatements.ts';
import { asLedgerError, EmptyLedger, isOfSqlite } from '../ledger/file/open.ts';
import { openForReading, type Reading } from '../ledger/file/openForReading.ts';
import { lastingCause } from '../ledger/file/refusedLocks.ts';
import { readHistory } from '../ledger/read/deployments.ts';
import { type DeploymentDetail, readDetail } from '../ledger/read/detail.ts';
import type { DeploymentRecord } from '../ledger/read/record.ts';
import { readStatistics, type Statistics } from '../ledger/read/statistics.ts';
import { filterOf, type LimitedWhich, type Which } from './question.ts';

/**
 * A ledger that is read. Every answer is of one moment and is asked of the file anew. Times are ISO 8601 in UTC, durations
 * seconds. Each reader throws a `DeploytrackError` where the ledger cannot be read, and for a question that is none.
 */
export interface Ledger {
  /** The file. */
  readonly path: string;
  /** The last deployments, newest start first, running ones among them; at most 10 unless `limit` says else. */
  lastDeployments(which?: LimitedWhich): DeploymentRecord[];
  /** What the finished deployments say; with `limit` the last so many of them. Of none: counts of 0, the rest null. */
  statistics(which?: LimitedWhich): Statistics;
  /** The deployment that started last, running or not; null where there is none. */
  latest(which?: Which): DeploymentRecord | null;
  /** One deployment whole, by its id: phases, verifications, rollbacks, facts; null where the ledger has none of this id. */
  deployment(id: string): DeploymentDetail | null;
  /** Lets go of the file. A second call does nothing; every other call throws afterwards. */
  close(): void;
}

/** How long a reader waits for a lock: only a recovery or a migration holds one that readers see. */
const busyTimeoutMs = 2000;
/** The same on opening it, while it is written or closed: every answer is given at once or never. */
const written = { tries: 20, pauseMs: 5 };

/** Opens the file for reading. Throws a DeploytrackError where there is none or it cannot be read. */
export function readLedger(path: string): Ledger {
  let reading = openExisting(path);
  let isOpen = true;
  const read = <Result>(reader: (database: Database) => Result): Result => {
    if (!isOpen) throw usageError(`the ledger ${path} was closed`, 'open it again with openLedger');
    try {
      if (reading.isOld()) {
        const newer = openExisting(path);
        reading.database.close();
        reading = newer;
      }
      return reader(reading.database);
    } catch (error) {
      throw isOfSqlite(error) ? asLedgerError(error, path) : error;
    }
  };
  const last = (which: LimitedWhich, limit: number) =>
    read((database) => readHistory(database, { ...filterOf(which), limit }));
  return {
    path,
    lastDeployments: (which = {}) => last(which, which.limit ?? 10),
    statistics: (which = {}) => read((database) => readStatistics(database, filterOf(which))),
    latest: (which = {}) => last(which, 1)[0] ?? null,
    deployment: (id) => read((database) => readDetail(database, String(id))),
    close() {
      if (isOpen) reading.database.close();
      isOpen = false;
    },
  };
}

function openExisting(path: string): Reading {
  const reading = openOrNull(path);
  if (reading === null)
    throw new DeploytrackError({
      code: 'LEDGER_UNUSABLE',
      message: `there is no ledger at ${path}`,
      hint: '`deploytrack init` or the first `deploytrack start` makes one; name its file with openLedger(path) or DEPLOYTRACK_LEDGER',
    });
  cacheStatements(reading.database);
  return reading;
}

function openOrNull(path: string): Reading | null {
  if (typeof path !== 'string' || path === '')
    throw usageError('openLedger: the path is no text', 'expected the file of a ledger, or nothing');
  for (let tries = 1; ; tries += 1) {
    try {
      return openForReading(path, { how: 'read', leftOut: () => {}, busyTimeoutMs });
    } catch (error) {
      if (error instanceof EmptyLedger) return null;
      const problem = asLedgerError(error, path);
      if ((problem as { code?: string }).code !== 'LEDGER_BUSY') throw problem;
      if (tries === written.tries) throw lastingCause(problem) ?? problem;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, written.pauseMs);
    }
  }
}
