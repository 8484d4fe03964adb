import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Context } from '../context.ts';
import type { Settings } from './settings.ts';

/** Where the ledger is, and by which rule. */
export function ledgerPath(context: Context, settings: Settings): { path: string; source: string } {
  const said = settings.of('ledger');
  if (said !== null) return { path: resolve(context.cwd, said.text), source: said.source };
  const { env } = context;
  const name = 'deployments.db';
  if (context.platform === 'win32')
    return { path: join(env.ProgramData ?? 'C:\\ProgramData', 'deploytrack', name), source: '%ProgramData%' };
  const ofHost = '/var/lib/deploytrack';
  if (context.uid === 0 || existsSync(ofHost))
    return { path: join(ofHost, name), source: 'the host’s folder' };
  const state = env.STATE_DIRECTORY?.split(':')[0];
  if (state !== undefined && state !== '') return { path: join(state, name), source: 'STATE_DIRECTORY' };
  if (env.XDG_STATE_HOME !== undefined && env.XDG_STATE_HOME !== '')
    return { path: join(env.XDG_STATE_HOME, 'deploytrack', name), source: 'XDG_STATE_HOME' };
  const home = context.homeFolder();
  if (home !== null)
    return { path: join(home, '.local', 'state', 'deploytrack', name), source: 'the home folder' };
  return {
    path: join(context.temporaryFolder(), 'deploytrack', name),
    source: 'the temporary folder (this account has no home)',
  };
}

/** Where marks go when neither the ledger nor its folder can take them. */
export function fallbackFolders(context: Context, settings: Settings): string[] {
  const said = settings.text('journal-fallback');
  if (said !== null) return [resolve(context.cwd, said)];
  const folders = [
    context.env.XDG_RUNTIME_DIR,
    context.platform === 'win32' ? undefined : '/dev/shm',
    context.temporaryFolder(),
  ];
  return folders.filter(
    (folder): folder is string => folder !== undefined && folder !== '' && existsSync(folder),
  );
}
