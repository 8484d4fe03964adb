import { closeSync, fstatSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../../../context.ts';
import { onEnding } from '../../../files/onEnding.ts';
import { openOwn } from '../../../files/openOwn.ts';
import { syncFolder } from '../../../files/syncFolder.ts';
import { randomHex } from '../../../randomHex.ts';
import type { Database } from '../../file/addon.ts';
import { dataVersion } from '../../file/dataVersion.ts';
import { copyWhole } from '../../file/migrate.ts';
import { openFile } from '../../file/open.ts';
import { applicationId } from '../../file/schemaVersion.ts';
import { transaction } from '../../file/transaction.ts';
import { noteAsDelivered } from '../../push/baseline.ts';
import { newestMark } from '../../read/newestMark.ts';
import { type Contents, contentsOf } from './source.ts';
import { partFolder, partPrefix, type Target } from './target.ts';

/** A backup that was verified. */
export interface Written {
  readonly bytes: number;
  readonly deployments: number;
  readonly newestMarkAt: string | null;
}

/**
 * Writes a copy of the ledger as it is at one moment, verifies it, and then gives it its name; the previous file stays
 * until then. VACUUM INTO reads one snapshot while others write; SQLite's backup API begins again with each of their
 * commits. A signal ends it once SQLite has returned, before the copy gets its name. Throws the errors of SQLite and of the file system, or an Error that says what is wrong with the copy.
 */
export async function writeBackup(
  context: Context,
  { database, target }: { database: Database; target: Target },
): Promise<Written> {
  removeLeftovers(context, target);
  // In a folder of our own, which no other account can put a file into.
  const folder = partFolder(target, { pid: context.pid, mark: randomHex(8) });
  const remove = () => removeQuietly(folder);
  const forget = onEnding(context, remove);
  try {
    mkdirSync(folder, { mode: 0o700 });
    const path = join(folder, 'ledger.db');
    const opened = openOwn(path, { access: 'create', mode: 0o600, owners: undefined });
    if (opened === null) throw new Error('it cannot be created');
    const written = filled(database, { path, descriptor: opened.descriptor });
    await signalsHandled();
    renameSync(path, target.path);
    syncFolder(target.folder);
    return written;
  } finally {
    forget();
    remove();
  }
}

/** What stays is removed by the next backup; an error of before, or success, is what counts. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {}
}

/** Node delivers a signal in its next turn of the event loop. */
async function signalsHandled(): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) await new Promise((done) => setImmediate(done));
}

function filled(database: Database, { path, descriptor }: { path: string; descriptor: number }): Written {
  try {
    const before = { ...contentsOf(database), version: dataVersion(database) };
    const check = () => {
      const after = { ...contentsOf(database), version: dataVersion(database) };
      settle(path);
      return verify(path, { before, after });
    };
    const verified = copyWhole(database, { path, descriptor, check });
    return { ...verified, bytes: fstatSync(descriptor).size };
  } finally {
    closeSync(descriptor);
  }
}

function settle(path: string): void {
  const copy = openFile(path);
  try {
    transaction(copy, { mode: 'write' }, () => noteAsDelivered(copy));
  } finally {
    copy.close();
  }
}

type State = Contents & { readonly version: number };

function verify(path: string, { before, after }: { before: State; after: State }): Omit<Written, 'bytes'> {
  const copy = openFile(path, true);
  try {
    const damage = copy.pragma('integrity_check', { simple: true });
    if (damage !== 'ok') throw new Error(`the copy is damaged: ${String(damage)}`);
    const found = contentsOf(copy);
    const isSame =
      found.applicationId === applicationId &&
      found.schema === after.schema &&
      found.ledgerId === after.ledgerId;
    const isWhole =
      found.lastRow >= before.lastRow &&
      found.lastRow <= after.lastRow &&
      (before.version !== after.version || found.deployments === after.deployments);
    if (!isSame || !isWhole) throw new Error('the copy differs from the ledger');
    return { deployments: found.deployments, newestMarkAt: newestMark(copy) };
  } finally {
    copy.close();
  }
}

/**
 * What a backup left that was killed: its process is gone, and the folder is one that no other account can change, which
 * could lead the removal elsewhere.
 */
function removeLeftovers({ kill, uid }: Context, { folder, name }: Target): void {
  const prefix = partPrefix(name);
  for (const entry of readdirSync(folder)) {
    if (!entry.startsWith(prefix)) continue;
    const pid = Number(/^(\d+)-/.exec(entry.slice(prefix.length))?.[1] ?? 0);
    const path = join(folder, entry);
    if (pid > 0 && !kill(pid, 0) && isPrivate(path, uid)) removeQuietly(path);
  }
}

function isPrivate(path: string, uid: number | undefined): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory() !== true) return false;
  return uid === undefined || (stat.uid === uid && (stat.mode & 0o022) === 0);
}
