import { windowsProgram } from '../context.ts';

/** Whose rights a new folder needs. */
export interface Account {
  /** As `S-1-5-21-…`. */
  readonly sid: string;
  readonly isAdministrator: boolean;
}

export const system = 'S-1-5-18';
export const administrators = 'S-1-5-32-544';
/** Of each of the two calls; a healthy host needs a fraction of a second. */
const timeoutMs = 3000;

/**
 * Gives a new folder on Windows, which has no modes, to SYSTEM and the administrators, and to the account that made it
 * unless it has the rights of one of them; by default every account can read what is below %ProgramData%. A folder
 * stays as it is if the account cannot be determined: better open than closed to its owner. Returns why it is
 * not closed; null if it is. Never throws.
 */
export function closeFolder(path: string): string | null {
  const account = ownAccount();
  return account === null
    ? 'whoami did not say which account this is'
    : icaclsProblem(run('icacls.exe', rightsOf(path, account)));
}

/** Ours; null if it cannot be determined. Starts a process. */
export function ownAccount(): Account | null {
  const { stdout } = run('whoami.exe', ['/user', '/groups', '/fo', 'csv', '/nh']);
  return readAccount(stdout ?? '');
}

function run(program: string, args: readonly string[]) {
  const { spawnSync } = require('node:child_process') as typeof import('node:child_process');
  const options = { encoding: 'latin1', timeout: timeoutMs, windowsHide: true } as const;
  return spawnSync(windowsProgram(program), args, options);
}

/** Null if it did what it should; `status` is null if it did not start, or not end in time. */
export function icaclsProblem({ status, error }: { status: number | null; error?: Error }): string | null {
  if (status === 0) return null;
  if (status !== null) return `icacls ended with exit code ${status}`;
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  return code === 'ETIMEDOUT'
    ? 'icacls did not end in time'
    : `icacls could not be run (${code ?? 'killed'})`;
}

/**
 * From the output of whoami: its first SID is the account's. An administrator acts as one only with a high integrity
 * level (S-1-16-12288); services have that without being administrators. Null if there is no SID.
 */
export function readAccount(whoami: string): Account | null {
  const [sid, ...groups] = [...whoami.matchAll(/"(S-1-[\d-]+)"/g)].map(([, one = '']) => one);
  if (sid === undefined) return null;
  const isHigh = groups.some((group) => /^S-1-16-(12288|16384)$/.test(group));
  return { sid, isAdministrator: sid === system || (isHigh && groups.includes(administrators)) };
}

/** The arguments of icacls: by SID, since names of accounts are translated; what is inherited goes. */
export function rightsOf(path: string, { sid, isAdministrator }: Account): string[] {
  const owners = [system, administrators, ...(isAdministrator ? [] : [sid])];
  return [path, '/inheritance:r', ...owners.flatMap((one) => ['/grant:r', `*${one}:(OI)(CI)F`])];
}
