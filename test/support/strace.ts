import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endOf, type Program, type ProgramEnd } from './program.ts';

export const hasStrace = spawnSync('strace', ['-V']).status === 0;

/** A system call of a process, in its order. */
export interface Call {
  readonly name: string;
  readonly line: string;
}

/** Runs the program under strace: how it ended, and its calls of these names. */
export async function traced(
  program: Program,
  { args, calls }: { args: readonly string[]; calls: readonly string[] },
): Promise<{ end: ProgramEnd; calls: Call[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'deploytrack-strace-'));
  const out = join(folder, 'calls');
  const words = ['-f', '-y', '-o', out, '-e', `trace=${calls.join(',')}`, ...program.words, ...args];
  try {
    const end = await endOf(
      spawn('strace', words, { cwd: program.folder, env: program.env, stdio: ['ignore', 'pipe', 'pipe'] }),
    );
    const lines = readFileSync(out, 'utf8').split('\n');
    return { end, calls: lines.flatMap((line) => callOf(line) ?? []) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function callOf(line: string): Call | null {
  const name = /^\d+ +(\w+)\(/.exec(line)?.[1];
  return name === undefined ? null : { name, line };
}
