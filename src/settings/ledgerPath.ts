import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { Context } from '../context.ts';
import { accountsPlace } from './accountsLedger.ts';
import { callersLedger } from './callersLedger.ts';
import type { Settings } from './settings.ts';
import { dataFolderOnWindows } from './trustOnWindows.ts';

/** The location of the ledger. */
export interface LedgerPlace {
  readonly path: string;
  /** The rule that chose it. */
  readonly source: string;
  /** Its owner: named by a setting, a service's, the account's that called sudo, the host's, our account's. */
  readonly kind: 'said' | 'service' | 'caller' | 'host' | 'account' | 'temporary';
}

/** The ledger that all accounts of a host may share. */
export const hostsLedger = '/var/lib/deploytrack/deployments.db';

/** The location of the ledger, by the first rule that applies. Creates nothing. */
export function ledgerPath(context: Context, settings: Settings): LedgerPlace {
  const said = settings.of('ledger');
  const path = settings.path('ledger', context.cwd);
  if (said !== null && path !== null) return { path, source: said.source, kind: 'said' };
  const { env } = context;
  const name = 'deployments.db';
  if (context.platform === 'win32')
    return {
      path: join(dataFolderOnWindows(env), name),
      source: '%ProgramData%',
      kind: 'account',
    };
  const state = env.STATE_DIRECTORY?.split(':')[0] ?? '';
  if (isAbsolute(state)) return { path: join(state, name), source: 'STATE_DIRECTORY', kind: 'service' };
  const ofHost = { path: hostsLedger, source: 'the host’s folder', kind: 'host' } as const;
  if (context.uid !== 0) return ofAccount(context, ofHost);
  const callers = callersLedger(context);
  return callers === null
    ? ofHost
    : { path: callers, source: 'the account that called sudo', kind: 'caller' };
}

/** A ledger in use stays in use: an account that can write the host's ledger still keeps its own. */
function ofAccount(context: Context, ofHost: LedgerPlace): LedgerPlace {
  const own = accountsPlace(context);
  return existsSync(own.path) || !mayWrite(ofHost.path) ? own : ofHost;
}

/** The file and its folder, or only the folder if there is no file yet. */
function mayWrite(path: string): boolean {
  const { R_OK, W_OK, X_OK } = constants;
  try {
    accessSync(dirname(path), W_OK | X_OK);
    if (existsSync(path)) accessSync(path, R_OK | W_OK);
    return true;
  } catch {
    return false;
  }
}

/** The files for marks if neither the ledger nor its folder can be written. */
export function fallbackFolders(context: Context, settings: Settings): string[] {
  const said = settings.path('journal-fallback', context.cwd);
  if (said !== null) return [said];
  const folders = [
    context.env.XDG_RUNTIME_DIR,
    context.platform === 'win32' ? undefined : '/dev/shm',
    context.temporaryFolder(),
  ];
  return folders.filter(
    (folder): folder is string => folder !== undefined && isAbsolute(folder) && existsSync(folder),
  );
}
