import { isAbsolute, join } from 'node:path';
import type { Context } from '../context.ts';

/** Where an account's own ledger is, and by which rule. */
export interface AccountsPlace {
  readonly path: string;
  readonly source: string;
  readonly kind: 'account' | 'temporary';
}

export function ledgerBelow(stateFolder: string): string {
  return join(stateFolder, 'deploytrack', 'deployments.db');
}

/** For accounts without a home: below a name of their own, that no other account has taken. */
export function temporaryLedger(context: Context, uid: number): string {
  return join(context.temporaryFolder(), `deploytrack-${uid}`, 'deployments.db');
}

/** A relative path means another place after each `cd`: it says nothing (XDG Base Directory Specification). */
export function accountsPlace(context: Context): AccountsPlace {
  const { XDG_STATE_HOME: state = '' } = context.env;
  if (isAbsolute(state)) return { path: ledgerBelow(state), source: 'XDG_STATE_HOME', kind: 'account' };
  const home = context.homeFolder();
  if (home !== null && isHome(home))
    return { path: ledgerBelow(join(home, '.local', 'state')), source: 'the home folder', kind: 'account' };
  return {
    path: temporaryLedger(context, context.uid ?? 0),
    source: 'the temporary folder (this account has no home)',
    kind: 'temporary',
  };
}

/** What containers and service accounts have instead of one: by its name, not by what stands there at the moment. */
function isHome(folder: string): boolean {
  return isAbsolute(folder) && folder !== '/' && folder !== '/nonexistent';
}
