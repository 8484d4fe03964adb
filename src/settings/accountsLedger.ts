import { isAbsolute, join } from 'node:path';
import type { Context } from '../context.ts';

/** The location of an account's own ledger, and the rule that chose it. */
export interface AccountsPlace {
  readonly path: string;
  readonly source: string;
  readonly kind: 'account' | 'temporary';
}

export function ledgerBelow(stateFolder: string): string {
  return join(stateFolder, 'deploytrack', 'deployments.db');
}

/** For accounts without a home: in a folder with a name of its own, so that no other account uses it. */
export function temporaryLedger(context: Context, uid: number): string {
  return join(context.temporaryFolder(), `deploytrack-${uid}`, 'deployments.db');
}

/** A relative path means another place after each `cd`, so it is ignored (XDG Base Directory Specification). */
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

/** The homes of containers and service accounts that mean "none": by name, not by what exists there at the moment. */
function isHome(folder: string): boolean {
  return isAbsolute(folder) && folder !== '/' && folder !== '/nonexistent';
}
