import { chmodSync, chownSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Context } from '../../context.ts';
import { DeploytrackError } from '../../errors.ts';
import { journalPath } from '../journal/journalPlaces.ts';

/**
 * Opens the ledger to the accounts of one group: folder 2770 (files made in it belong to the group), files 0660.
 * Throws LEDGER_UNUSABLE where the group is unknown or the rights are not ours to give.
 */
export async function shareLedger(
  context: Context,
  { path, group }: { path: string; group: string },
): Promise<void> {
  if (context.platform === 'win32') {
    throw new DeploytrackError({
      code: 'LEDGER_UNUSABLE',
      message: '--group is not for Windows',
      hint: `icacls ${dirname(path)} /grant "<group>:(OI)(CI)M" does the same`,
    });
  }
  const groupId = /^\d+$/.test(group) ? Number(group) : idOfGroup(group);
  if (groupId === undefined)
    throw new DeploytrackError({
      code: 'LEDGER_UNUSABLE',
      message: `there is no group ${JSON.stringify(group)}`,
      hint: `groupadd ${group} makes it`,
    });
  try {
    chownSync(dirname(path), -1, groupId);
    chmodSync(dirname(path), 0o2770);
    for (const file of [path, `${path}-wal`, `${path}-shm`, journalPath(path)]) share(file, groupId);
  } catch (cause) {
    throw new DeploytrackError({
      code: 'LEDGER_UNUSABLE',
      message: `the ledger cannot be given to the group ${group}: ${cause instanceof Error ? cause.message : cause}`,
      hint: 'run init as root or as the owner, in that group',
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

function share(file: string, groupId: number): void {
  try {
    chownSync(file, -1, groupId);
    chmodSync(file, 0o660);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
