import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';

/** Null if the account list of the host has none, or one that is not an absolute path. */
export interface Account {
  readonly uid: number;
  readonly name: string;
  readonly home: string | null;
}

/** How long a directory service of the host may take to name an account. */
const askedMs = 500;

/** The account of a UID, from the host's own list, otherwise from its directory service; null if there is none. */
export function accountOf(uid: number): Account | null {
  return accountIn(listOf('/etc/passwd'), uid) ?? accountIn(asked(uid), uid);
}

/**
 * An account for a message, by its number if the host's own list does not have it, and the prefix that runs a command
 * as it.
 */
export function accountNames(uid: number): { name: string; asWho: string } {
  if (uid === 0) return { name: 'root (uid 0)', asWho: 'sudo' };
  const name = accountIn(listOf('/etc/passwd'), uid)?.name;
  if (name === undefined) return { name: `uid ${uid}`, asWho: `sudo -u '#${uid}'` };
  return { name: `${name} (uid ${uid})`, asWho: `sudo -u ${name}` };
}

function accountIn(list: string, uid: number): Account | null {
  const entry = list
    .split('\n')
    .map((line) => line.split(':'))
    .find(([name, , number]) => name !== '' && number === String(uid));
  if (entry === undefined) return null;
  const [name = '', , , , , home = ''] = entry;
  return { uid, name, home: isAbsolute(home) ? home : null };
}

function listOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Accounts that are in no file: LDAP, SSSD. The module is loaded for them only. */
function asked(uid: number): string {
  const { spawnSync } = require('node:child_process') as typeof import('node:child_process');
  return spawnSync('getent', ['passwd', String(uid)], { encoding: 'utf8', timeout: askedMs }).stdout ?? '';
}
