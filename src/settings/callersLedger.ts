import { lstatSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { Context } from '../context.ts';
import { accountOf } from '../files/accounts.ts';
import { ledgerBelow, temporaryLedger } from './accountsLedger.ts';

/**
 * The ledger of the account that called `sudo`; null where nobody did, or where it has none. Its home is the one of the
 * host's list: `sudo` says another, or none.
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
 * Whether root may work on it for this account: wherever links lead, it is a file of the account's own with no second
 * name, in a folder of the account's own that it alone, or with its group, may write.
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
