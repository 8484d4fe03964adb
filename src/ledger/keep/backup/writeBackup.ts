import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../../../context.ts';
import { openOwn } from '../../../files/openOwn.ts';
import { syncFolder } from '../../../files/syncFolder.ts';
import { randomHex } from '../../../randomHex.ts';
import type { Database } from '../../file/addon.ts';
import { dataVersion } from '../../file/dataVersion.ts';
import { walMode, walModeAt } from '../../file/migrate.ts';
import { openFile } from '../../file/open.ts';
import { applicationId } from '../../file/schemaVersion.ts';
import { transaction } from '../../file/transaction.ts';
import { noteAsDelivered } from '../../push/baseline.ts';
import { type Contents, contentsOf, newestMark } from './source.ts';
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
 * commits. Throws the errors of SQLite and of the file system, or an Error that says what is wrong with the copy.
 */
export function writeBackup(
  context: Context,
  { database, target }: { database: Database; target: Target },
): Written {
  removeLeftovers(context, target);
  // In a folder of our own, which no other account can put a file into.
  const folder = partFolder(target, { pid: context.pid, mark: randomHex(8) });
  mkdirSync(folder, { mode: 0o700 });
  try {
    const path = join(folder, 'ledger.db');
    const opened = openOwn(path, { access: 'create', mode: 0o600, owners: undefined });
    if (opened === null) throw new Error('it cannot be created');
    const written = filled(database, { path, descriptor: opened.descriptor });
    renameSync(path, target.path);
    syncFolder(target.folder);
    return written;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function filled(database: Database, { path, descriptor }: { path: string; descriptor: number }): Written {
  try {
    const before = { ...contentsOf(database), version: dataVersion(database) };
    database.prepare('VACUUM main INTO ?').run(path);
    const after = { ...contentsOf(database), version: dataVersion(database) };
    settle(path);
    const verified = verify(path, { before, after });
    // As the ledger itself: a copy that is restored continues in WAL mode (https://sqlite.org/fileformat.html, 1.3.3).
    writeSync(descriptor, walMode, 0, walMode.length, walModeAt);
    fsyncSync(descriptor);
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

/** What a backup left that was killed: its process is gone, and the folder belongs to this account. */
function removeLeftovers({ kill }: Context, { folder, name }: Target): void {
  const prefix = partPrefix(name);
  for (const entry of readdirSync(folder)) {
    if (!entry.startsWith(prefix)) continue;
    const pid = Number(/^(\d+)-/.exec(entry.slice(prefix.length))?.[1] ?? 0);
    if (pid <= 0 || kill(pid, 0)) continue;
    try {
      rmSync(join(folder, entry), { recursive: true, force: true });
    } catch {
      // It belongs to another account.
    }
  }
}
