import { spawn } from 'node:child_process';
import { endOf, type Program, type ProgramEnd } from '../support/program.ts';

/** Runs the program from a script that then ends, so the deployment it starts has no living process. */
export function fromEndedScript(program: Program, args: readonly string[]): Promise<ProgramEnd> {
  const words = ['-c', '"$@"; exit $?', 'sh', ...program.words, ...args];
  return endOf(
    spawn('sh', words, { cwd: program.folder, env: program.env, stdio: ['ignore', 'pipe', 'pipe'] }),
  );
}
