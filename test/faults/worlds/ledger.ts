import Database from 'better-sqlite3';
import type { Fault } from '../fault.ts';

/** Something else is in place of the ledger meanwhile. */
const replaced = (how: string) => ({
  begin: `sqlite3 "$LEDGER" "PRAGMA wal_checkpoint(TRUNCATE)" > /dev/null; mv "$LEDGER" aside; ${how}`,
  end: 'rm -rf "$LEDGER" "$LEDGER"-wal "$LEDGER"-shm; mv aside "$LEDGER"',
});
const unusable = { push: 1, history: 1, doctor: 1 };
const newer = 'PRAGMA application_id = 1146376779; PRAGMA user_version = 99; CREATE TABLE a (b)';

export const ledgerFaults: readonly Fault[] = [
  {
    title: 'ledger locked by another process',
    world: {
      hold({ ledger }) {
        const other = new Database(ledger);
        other.exec('BEGIN IMMEDIATE');
        return () => other.close();
      },
    },
    says: /is locked by another process/,
    codes: { push: 1, doctor: 1 },
  },
  {
    title: 'ledger in a folder that the account may not enter',
    world: { account: 54_321, begin: 'chmod 000 state', end: 'chmod 700 state' },
    says: /cannot be reached by this account/,
    codes: unusable,
  },
  {
    title: 'ledger in a folder that the account may not write',
    world: {
      account: 54_321,
      begin:
        'sqlite3 "$LEDGER" "PRAGMA wal_checkpoint(TRUNCATE)" > /dev/null; chmod 555 state; chmod 444 "$LEDGER"',
      end: 'chmod 700 state; chmod 600 "$LEDGER"',
    },
    says: /cannot be written by this account/,
    codes: { push: 1, doctor: 1 },
  },
  {
    title: 'damaged ledger',
    world: replaced('{ printf "SQLite format 3\\0"; head -c 8000 /dev/urandom; } > "$LEDGER"'),
    says: /is damaged/,
    codes: unusable,
  },
  {
    title: 'ledger of a newer version',
    world: replaced(`sqlite3 "$LEDGER" "${newer}"`),
    says: /was written by a newer deploytrack/,
    codes: unusable,
  },
  {
    title: 'folder in place of the ledger',
    world: replaced('mkdir "$LEDGER"'),
    says: /is a folder/,
    codes: unusable,
  },
  {
    title: 'pipe in place of the ledger',
    world: replaced('mkfifo "$LEDGER"'),
    says: /is a pipe/,
    codes: unusable,
  },
  {
    title: 'link of another account in place of the ledger',
    world: replaced('ln -s "$PWD/aside" "$LEDGER"; chown -h 54321 "$LEDGER"'),
    says: /is a link of another account/,
    codes: unusable,
  },
  {
    title: 'file system without locks',
    world: { stub: 'noLocks' },
    says: /SQLite cannot work on its file system/,
    codes: unusable,
  },
];
