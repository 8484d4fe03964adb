import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Whether the tests run as an account that can act as others. */
export const isRoot = process.getuid?.() === 0;

/** An account that does not exist. */
export const strangerId = 54_321;

/** The number of a group that every system has and that root is not in. */
export function sharedGroup(): { name: string; id: number } {
  const entries = readFileSync('/etc/group', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const [name = '', , id = ''] = entries.find(([entry]) => entry === 'nogroup' || entry === 'nobody') ?? [];
  return { name, id: Number(id) };
}

/** Runs a shell line as the other account, optionally in that group; throws if it fails. */
export function asStranger(line: string, groupId = strangerId): void {
  const words = ['--reuid', String(strangerId), '--regid', String(groupId), '--clear-groups', '--'];
  const end = spawnSync('setpriv', [...words, 'sh', '-c', line], { encoding: 'utf8' });
  if (end.status !== 0) throw new Error(`${line}: ${end.stderr}`);
}
