import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Program } from '../support/program.ts';

/** A finding as `doctor --json` prints it. */
export interface Found {
  readonly check: string;
  readonly state: 'wrong' | 'ok' | 'past';
  readonly message: string;
  readonly meaning: string | null;
  readonly fix: string | null;
  readonly command: string | null;
}

type How = { readonly words?: readonly string[]; readonly env?: Readonly<Record<string, string>> };

/** All findings. Fails unless the exit code agrees with them, and every problem has a meaning and a fix. */
export async function findingsOf(program: Program, { words = [], env = {} }: How = {}): Promise<Found[]> {
  const { code, stdout, stderr } = await program.run(['doctor', '--json', ...words], { env });
  const { problems, findings } = JSON.parse(stdout) as { problems: number; findings: Found[] };
  const wrong = findings.filter(isWrong);
  expect([stderr, problems, code]).toEqual([stderr, wrong.length, wrong.length === 0 ? 0 : 1]);
  expect(wrong.filter(({ meaning, fix }) => (meaning ?? '') === '' || (fix ?? '') === '')).toEqual([]);
  return findings;
}

/** The problems only. */
export async function problemsOf(program: Program, how?: How): Promise<Found[]> {
  return (await findingsOf(program, how)).filter(isWrong);
}

/** The one problem that there is; fails if there is none, or another one. */
export async function theProblem(program: Program, check: string, how?: How): Promise<Found> {
  const found = await problemsOf(program, how);
  expect(found.map((one) => one.check)).toEqual([check]);
  return found[0] as Found;
}

/**
 * Runs the command that a finding printed, as printed, in a shell that has the program in its PATH, and `doctor` in the
 * same shell afterwards. Returns the problems that are left.
 */
export async function mend(
  program: Program,
  { command }: Found,
  { words = [], env = {} }: How = {},
): Promise<Found[]> {
  const folder = join(program.folder, 'path');
  mkdirSync(folder, { recursive: true });
  const script = join(folder, 'deploytrack');
  writeFileSync(script, `#!/bin/sh\nexec '${program.words[0]}' '${program.words[1]}' "$@"\n`);
  chmodSync(script, 0o755);
  const PATH = `${folder}:${program.env.PATH}`;
  const options = { cwd: program.folder, env: { ...program.env, ...env, PATH } };
  const shell = `{ ${command ?? 'false'}; } >&2 || exit 9; deploytrack doctor --json ${words.join(' ')}`;
  return new Promise((resolve, reject) => {
    execFile('/bin/sh', ['-c', shell], options, (error, stdout, stderr) => {
      if (stdout === '') reject(new Error(`${command}: ${error?.message} ${stderr}`));
      else resolve((JSON.parse(stdout) as { findings: Found[] }).findings.filter(isWrong));
    });
  });
}

function isWrong({ state }: Found): boolean {
  return state === 'wrong';
}
