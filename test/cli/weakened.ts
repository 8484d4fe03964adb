import { spawn } from 'node:child_process';
import { endOf, type Program, type ProgramEnd } from '../support/program.ts';

/** Runs the program without the capability to override file modes, so that they also apply to root. */
export function weakened(
  program: Program,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ProgramEnd> {
  const lower =
    process.geteuid?.() === 0 ? ['setpriv', '--bounding-set', '-dac_override,-dac_read_search', '--'] : [];
  const [command = '', ...words] = [...lower, ...program.words, ...args];
  return endOf(
    spawn(command, words, {
      cwd: program.folder,
      env: { ...program.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
}
