import { spawn } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { endOf, type Program, type ProgramEnd, type RunOptions } from '../support/program.ts';

/** An account without groups that owns nothing here. */
const number = '54321';

/** Runs the program as another account; its folder is made reachable first. Only root may. */
export function asOther(
  program: Program,
  args: readonly string[],
  { env }: Pick<RunOptions, 'env'> = {},
): Promise<ProgramEnd> {
  chmodSync(program.folder, 0o755);
  const as = ['--reuid', number, '--regid', number, '--clear-groups', '--'];
  const child = spawn('setpriv', [...as, ...program.words, ...args], {
    cwd: program.folder,
    env: { ...program.env, HOME: '/nonexistent', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return endOf(child);
}
