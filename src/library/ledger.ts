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
 * A ledger opened for reading. Every result is of one moment and read from the file again. Times are ISO 8601 in UTC,
 * durations seconds. Each method throws a `DeploytrackError` if the ledger cannot be read, and for invalid arguments.
 */
export interface Ledger {
  /** The path of the file. */
  readonly path: string;
  /** Recent deployments, newest start first, including running ones; at most 10 by default. */
  lastDeployments(which?: LimitedWhich): DeploymentRecord[];
  /**
   * Statistics of the finished deployments; with `limit` of the most recent ones. For none: counts of 0, the rest null.
   */
  statistics(which?: LimitedWhich): Statistics;
  /** The deployment that started last, running or not; null if there is none. */
  latest(which?: Which): DeploymentRecord | null;
  /**
   * One whole deployment by its ID: phases, verifications, rollbacks, facts; null if the ledger does not have this ID.
   */
  deployment(id: string): DeploymentDetail | null;
  /** Closes the file. A second call does nothing; every other call throws afterwards. */
  close(): void;
}

/** How long a reader waits for a lock: only a recovery or a migration blocks readers. */
const busyTimeoutMs = 2000;
/** The same when opening it, while it is written or closed. */
const written = { tries: 20, pauseMs: 5 };

/** Opens the file for reading. Throws a DeploytrackError if there is none or it cannot be read. */
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
      hint: 'run `deploytrack init` or `deploytrack start` to create one, or give its file to openLedger(path) or DEPLOYTRACK_LEDGER',
    });
  cacheStatements(reading.database);
  return reading;
}

function openOrNull(path: string): Reading | null {
  if (typeof path !== 'string' || path === '')
    throw usageError('openLedger: the path is not a string', 'pass the path of a ledger, or nothing');
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
