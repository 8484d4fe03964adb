import { lstatSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { Context } from '../context.ts';
import { accountOf } from '../files/accounts.ts';
import { ledgerBelow, temporaryLedger } from './accountsLedger.ts';

/**
 * The ledger of the account that called `sudo`; null if there is no such account, or it has no ledger. Its home is
 * taken from the host's list: `sudo` sets another one, or none.
 */
export function callersLedger(context: Context): string | null {
  const said = context.env.SUDO_UID ?? '';
  if (context.uid !== 0 || !/^[1-9]\d{0,9}$/.test(said)) return null;
  const uid = Number(said);
  const account = accountOf(uid);
  if (account === null) return null;
  const { XDG_STATE_HOME: state = '' } = context.env;
  const places = [
    ...(isAbsolute(state) ? [ledgerBelow(state)] : []),
    ...(account.home === null ? [] : [ledgerBelow(join(account.home, '.local', 'state'))]),
    temporaryLedger(context, uid),
  ];
  return places.find((path) => isOf(path, uid)) ?? null;
}

/**
 * Whether root may write to it for this account: wherever links lead, it must be a file of the account with no second
 * name, in a folder of the account that only it, or its group, can write to.
 */
function isOf(path: string, uid: number): boolean {
  try {
    const real = realpathSync(path);
    const [file, folder] = [lstatSync(real), statSync(dirname(real))];
    const isAlone = (folder.mode & 0o002) === 0;
    return file.isFile() && file.nlink === 1 && file.uid === uid && folder.uid === uid && isAlone;
  } catch {
    return false;
  }
}
