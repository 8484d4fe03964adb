import { closeSync, constants, fchmodSync, fchownSync, fsyncSync, openSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { DeploytrackError } from '../../errors.ts';
import { prepareFile } from '../file/create.ts';
import { openFile } from '../file/open.ts';
import { applicationId, schemaVersion } from '../file/schemaVersion.ts';
import { isNotOpen } from '../statuses.ts';
import { damageOf } from './check.ts';
import { type Damaged, versionOf } from './damaged.ts';
import { newName } from './exchange.ts';
import { type Filled, fill } from './fill.ts';
import { readyGroups } from './groups.ts';
import { salvage } from './salvage.ts';
import type { Schema } from './shapes.ts';
import { openStage } from './stage.ts';

export interface Repaired extends Filled {
  /** Whether every total could be read. */
  readonly hasAllTotals: boolean;
  /** Whether the ledger has a new ID, because the old one could not be read. */
  readonly isNewId: boolean;
}

/** Without these, totals may be lower than what was pushed. */
const tablesOfTotals = ['ledger', 'groups', 'totals', 'declarations'];

/** Makes a new ledger in `folder` from what can be read of a damaged one. Throws if that is nothing. */
export function makeRepaired(
  damaged: Damaged,
  how: {
    path: string;
    folder: string;
    known: readonly Schema[];
    like: Stats;
    newId: string;
    now: string;
  },
): Repaired {
  const { folder, known } = how;
  const schema = versionOf(damaged, known);
  const stage = openStage(join(folder, 'rows.db'), schema);
  const made = join(folder, newName);
  const ledger = openFile(made);
  try {
    prepareFile(ledger);
    const damagedTables = salvage(stage, { damaged, schema });
    ledger.pragma('synchronous = OFF'); // it is synced as a whole
    const filled = fill(ledger, { stage, schema, damagedTables });
    if (isEmpty(filled)) throw nothingFound(how.path);
    ledger.exec(
      `DELETE FROM marks_kept WHERE deployment_id IN (SELECT deployment_id FROM deployment_metrics WHERE ${isNotOpen})`,
    );
    const { isNewId } = readyGroups(ledger, how);
    ledger.pragma(`application_id = ${applicationId}`);
    ledger.pragma(`user_version = ${schemaVersion}`);
    ledger.pragma('wal_checkpoint(TRUNCATE)');
    ledger.close();
    const wrong = damageOf(made, known);
    if (wrong !== null) throw new Error(`the repaired ledger is damaged: ${wrong}`);
    giveRights(made, how.like);
    return { ...filled, hasAllTotals: !tablesOfTotals.some((table) => damagedTables.has(table)), isNewId };
  } finally {
    ledger.close();
    stage.database.close();
  }
}

/** Without a deployment and without a total it is not worth replacing anything. */
function isEmpty({ tables }: Filled): boolean {
  return tables.every(
    ({ table, rows }) => rows === 0 || !/^(deployment_|totals$|health_|rollbacks$)/.test(table),
  );
}

function nothingFound(path: string): DeploytrackError {
  return new DeploytrackError({
    code: 'LEDGER_DAMAGED',
    message: `cannot repair the ledger ${path}: none of its rows can be read; it was left untouched`,
    hint: 'restore a backup, or move it away and run `deploytrack init`',
  });
}

/** Owner, group and mode of the old file, and on disk. */
function giveRights(path: string, like: Stats): void {
  const descriptor = openSync(path, constants.O_RDWR | (constants.O_NOFOLLOW ?? 0));
  try {
    const isGiven = (uid: number): boolean => {
      try {
        fchownSync(descriptor, uid, like.gid);
        return true;
      } catch {
        return false;
      }
    };
    const hasGroup = isGiven(like.uid) || isGiven(-1);
    fchmodSync(descriptor, like.mode & (hasGroup ? 0o777 : 0o707));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
