import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { type Context, effectiveUser } from '../../context.ts';
import { DeploytrackError } from '../../errors.ts';
import { findOwn } from '../../files/findOwn.ts';
import { OddFile, type OpenedFile, openOwn } from '../../files/openOwn.ts';
import { journalPath } from '../journal/unread.ts';
import { descriptorOf } from './descriptors.ts';
import { findLedger } from './findLedger.ts';

/**
 * Gives the accounts of one group access to the ledger: folder 2770 (files created in it belong to the group), files
 * 0660. Throws LEDGER_UNUSABLE if the group is unknown or we may not change the permissions.
 */
export async function shareLedger(
  context: Context,
  { path, group }: { path: string; group: string },
): Promise<void> {
  if (context.platform === 'win32') {
    throw new DeploytrackError({
      code: 'LEDGER_UNUSABLE',
      message: '--group is not supported on Windows',
      hint: `run icacls ${dirname(path)} /grant "<group>:(OI)(CI)M" instead`,
    });
  }
  const groupId = /^\d+$/.test(group) ? Number(group) : idOfGroup(group);
  if (groupId === undefined)
    throw new DeploytrackError({
      code: 'LEDGER_UNUSABLE',
      message: `group ${JSON.stringify(group)} not found`,
      hint: `run groupadd ${group} to create it`,
    });
  try {
    shareWhole(context, { path, groupId });
  } catch (cause) {
    if (cause instanceof DeploytrackError) throw cause;
    throw new DeploytrackError({
      code: 'LEDGER_UNUSABLE',
      message: `cannot share the ledger with the group ${group}: ${cause instanceof Error ? cause.message : cause}`,
      hint: 'run `deploytrack init` as root, or as the owner if the owner is in that group',
      cause,
    });
  }
}

function idOfGroup(name: string): number | undefined {
  const entries = readFileSync('/etc/group', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const found = entries.find(([entry]) => entry === name)?.[2];
  return found === undefined ? undefined : Number(found);
}

/** Only through descriptors: a member of the group can create and exchange entries of the folder meanwhile. */
function shareWhole(context: Context, { path, groupId }: { path: string; groupId: number }): void {
  const ledger = findLedger(path);
  if (ledger === null) throw new Error('it is gone');
  const folder = openFolder(dirname(ledger.path));
  try {
    const around = fstatSync(folder);
    if (isOfMany(context, { folder: dirname(ledger.path), mode: around.mode }))
      throw notShared(
        `the folder ${dirname(ledger.path)} holds more than the ledger: the group would get access to all of it`,
        'set a ledger in a folder of its own with --ledger',
      );
    give(folder, { groupId, mode: 0o2770 });
  } finally {
    closeSync(folder);
  }
  for (const [beside, isOurs] of contents) share(ledger.path + beside, { groupId, isOurs });
  if (path !== ledger.path) share(journalPath(path), { groupId, isOurs: isJournal });
}

function openFolder(path: string): number {
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  const found = findOwn(path, effectiveUser());
  return openSync(found?.path ?? path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
}

/** A temporary folder or a home would be taken from its users. */
function isOfMany(context: Context, { folder, mode }: { folder: string; mode: number }): boolean {
  return (mode & 0o1000) !== 0 || folder === '/' || folder === context.homeFolder();
}

/**
 * The first bytes of each file next to the ledger (https://sqlite.org/fileformat2.html, walformat.html); an empty file
 * is fine too.
 */
const contents: readonly (readonly [string, (head: Buffer) => boolean])[] = [
  ['', (head) => head.toString('latin1', 0, 16) === 'SQLite format 3\0'],
  ['-wal', (head) => [0x377f0682, 0x377f0683].includes(head.readUInt32BE(0))],
  [
    '-shm',
    (head) =>
      [head.readUInt32LE(0), head.readUInt32BE(0)].some((version) => version === 3_007_000 || version === 0),
  ],
  ['.journal', isJournal],
];

function isJournal(head: Buffer): boolean {
  return /^\s*\{"/.test(head.toString('latin1'));
}

/**
 * Accounts that can write to the folder can give any file one of these names: it is ours if SQLite has it open, or by
 * its content. SQLite's own descriptors are used: closing another one of the same file would release its locks.
 */
function share(
  path: string,
  { groupId, isOurs }: { groupId: number; isOurs: (head: Buffer) => boolean },
): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  const known = stat.nlink === 1 ? descriptorOf(stat) : null;
  if (known !== null) {
    give(known, { groupId, mode: 0o660 });
    return;
  }
  const opened = openLaid(path);
  if (opened === null) return;
  try {
    const head = Buffer.alloc(16);
    if (readSync(opened.descriptor, head, 0, 16, 0) > 0 && !isOurs(head))
      throw notShared(
        `cannot share ${path} with the group: it is not part of the ledger`,
        'check it, then move it away',
      );
    give(opened.descriptor, { groupId, mode: 0o660 });
  } finally {
    closeSync(opened.descriptor);
  }
}

function openLaid(path: string): OpenedFile | null {
  try {
    return openOwn(path, { access: 'read', owners: undefined });
  } catch (error) {
    if (!(error instanceof OddFile)) throw error;
    throw notShared(`cannot share ${path} with the group: ${error.message}`, 'check it, then remove it');
  }
}

function notShared(message: string, hint: string): DeploytrackError {
  return new DeploytrackError({ code: 'LEDGER_UNUSABLE', message, hint });
}

function give(descriptor: number, { groupId, mode }: { groupId: number; mode: number }): void {
  const found = fstatSync(descriptor);
  if (found.gid !== groupId) fchownSync(descriptor, -1, groupId);
  if ((fstatSync(descriptor).mode & 0o7777) !== mode) fchmodSync(descriptor, mode);
}
