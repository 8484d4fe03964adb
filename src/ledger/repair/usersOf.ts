import { readdirSync, readlinkSync, statSync } from 'node:fs';
import { suffixes } from '../file/findLedger.ts';
import { type LockHolder, programOf } from '../file/lockHolder.ts';

/** The other processes of this system that have a ledger open, as far as this account may see them (proc(5)). */
export function usersOf(path: string): LockHolder[] {
  // By their numbers: another container knows the file by another path.
  const files = new Set(['', ...suffixes].map((suffix) => idOf(path + suffix)));
  files.delete(null);
  const own = ownPid();
  return entries('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== own)
    .filter((pid) => entries(`/proc/${pid}/fd`).some((fd) => files.has(idOf(`/proc/${pid}/fd/${fd}`))))
    .map((pid) => ({ pid: Number(pid), program: programOf(Number(pid)) }));
}

function idOf(path: string): string | null {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function ownPid(): string {
  try {
    return readlinkSync('/proc/self');
  } catch {
    return '';
  }
}
