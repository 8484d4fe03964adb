import { closeSync, fsyncSync, lstatSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import type { Context } from '../../context.ts';
import { giveLike } from '../../files/giveLike.ts';
import { openOwn } from '../../files/openOwn.ts';
import { compactTime } from '../../model.ts';
import { actualVersion } from './actualVersion.ts';
import type { Database } from './addon.ts';
import { findLedger } from './findLedger.ts';
import { asLedgerError, openFound } from './open.ts';
import { keptMarks, schemaSteps } from './schemaSteps.ts';
import { schemaVersion } from './schemaVersion.ts';
import { transaction } from './transaction.ts';

/**
 * Migrates an older ledger to this schema, in one transaction after a copy was written next to it; if two processes try
 * at once, the second finds it done. Throws the errors of `openLedger`, with the connection closed and the ledger
 * unchanged.
 */
export function migrateLedger(context: Context, database: Database): Database {
  const said = () => database.pragma('user_version', { simple: true }) as number;
  const version = () => actualVersion(database) ?? 0;
  if (said() === schemaVersion && version() === schemaVersion) return database;
  let copy: string | null = null;
  try {
    transaction(database, { mode: 'write' }, () => {
      if (version() < schemaVersion) {
        copy = copyBeside(context, database.name);
        for (const step of stepsFrom(database, version())) database.exec(step);
      }
      if (said() !== schemaVersion) database.pragma(`user_version = ${schemaVersion}`);
    });
    return database;
  } catch (error) {
    database.close();
    // The ledger is unchanged: repeated failures must not leave many copies.
    if (copy !== null) rmSync(copy, { force: true });
    throw asLedgerError(error, database.name);
  }
}

function stepsFrom(database: Database, version: number): readonly string[] {
  const steps = schemaSteps.slice(Math.max(0, version - 1));
  const hasRecords = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'smoke_tests'").get();
  return version === 1 && hasRecords !== undefined ? [keptMarks, ...steps.slice(1)] : steps;
}

/**
 * Copies the whole ledger, including its log, readable for its account only; returns the path. SQLite writes a copy by
 * its path: if others could plant a file there meanwhile, it is written from memory instead.
 */
function copyBeside(context: Context, path: string): string {
  const found = findLedger(path);
  if (found === null) throw new Error('it is gone');
  const stamp = compactTime(context.instant().wallMs);
  const { copy, made } = newCopy(`${path}.before-schema-${schemaVersion}-${stamp}`);
  giveLike(path, made);
  let isWhole = false;
  const reader = openFound(found, true);
  try {
    if (found.isExposed) {
      writeFileSync(made, reader.serialize());
      fsyncSync(made);
    } else copyWhole(reader, { path: copy, descriptor: made, check: () => {} });
    isWhole = true;
    return copy;
  } finally {
    reader.close();
    closeSync(made);
    if (!isWhole) rmSync(copy, { force: true });
  }
}

/** The format versions in the header of a file in WAL mode (https://sqlite.org/fileformat.html, 1.3.3). */
const walMode = Buffer.from([2, 2]);
const walModeAt = 18;

/**
 * Writes the ledger as it is at one moment into an empty file and onto the disk; `descriptor` is of the same file. Like
 * the ledger itself, a copy that is restored continues in WAL mode. `check` sees it before that, when it can be read
 * without shared memory.
 */
export function copyWhole<Checked>(
  database: Database,
  { path, descriptor, check }: { path: string; descriptor: number; check: () => Checked },
): Checked {
  database.prepare('VACUUM main INTO ?').run(path);
  const checked = check();
  writeSync(descriptor, walMode, 0, walMode.length, walModeAt);
  fsyncSync(descriptor);
  return checked;
}

/** A copy of the same second is that of a process that was killed: it may be incomplete, and stays. */
function newCopy(path: string, number = 1): { copy: string; made: number } {
  const copy = number === 1 ? path : `${path}-${number}`;
  try {
    return { copy, made: openOwn(copy, { access: 'create', owners: undefined })?.descriptor as number };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || number > 99) throw error;
    if (lstatSync(copy, { throwIfNoEntry: false })?.isFile() === false) throw error;
    return newCopy(path, number + 1);
  }
}
