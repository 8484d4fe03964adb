import { spawn } from 'node:child_process';
import { endOf, type ProgramEnd } from '../support/program.ts';

/** Runs a bash script in a mount namespace of its own. Only root may. */
export function inNamespace(script: string): Promise<ProgramEnd> {
  const env = { PATH: process.env.PATH ?? '/usr/bin:/bin', LANG: 'C.UTF-8' };
  return endOf(spawn('unshare', ['-m', 'bash', '-c', script], { env, stdio: ['ignore', 'pipe', 'pipe'] }));
}

/** The output of a script, split at the lines `== name` that it prints before each part. */
export function partsOf({ stdout }: ProgramEnd): Record<string, string> {
  const parts = stdout.split(/^== (.*)\n/m).slice(1);
  return Object.fromEntries(parts.flatMap((name, at) => (at % 2 === 0 ? [[name, parts[at + 1] ?? '']] : [])));
}
