import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
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

interface How {
  readonly words?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Another account, by its number; only root may. */
  readonly uid?: number;
}

/** All findings. Fails unless the exit code agrees with them, and every problem has a meaning and a fix. */
export async function findingsOf(program: Program, { words = [], ...how }: How = {}): Promise<Found[]> {
  const { code, stdout, stderr } = await program.run(['doctor', '--json', ...words], how);
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

/** The commands that a finding printed, in order. */
export function printedBy({ fix }: Pick<Found, 'fix'>): string[] {
  return [...(fix ?? '').matchAll(/`([^`]+)`/g)].map(([, command = '']) => command);
}

/**
 * The finding with these of its printed commands (`at` counts from 0; all of them if it is missing) instead of the first,
 * and with what only a user knows filled in for its `<placeholders>`. Nothing else of a command changes.
 */
export function chosen(
  found: Found,
  { at, fill = {} }: { at?: readonly number[]; fill?: Readonly<Record<string, string>> },
): Found {
  const printed = printedBy(found);
  const some = (at ?? printed.map((_, index) => index)).map((index) => printed[index] ?? 'missing');
  const command = Object.entries(fill).reduce((text, [name, value]) => {
    expect(text).toContain(name);
    return text.replaceAll(name, value);
  }, some.join(' && '));
  expect(command).not.toMatch(/<[a-z]+>|missing/);
  return { ...found, command };
}

interface Mending extends How {
  /** Programs that the command reaches first in its PATH, as texts for a shell, by their names. */
  readonly standIns?: Readonly<Record<string, string>>;
  /** What a user types into the command. */
  readonly stdin?: string;
  readonly gid?: number;
}

/**
 * Runs the command that a finding printed, as printed, in a shell that has the program in its PATH, and `doctor` in the
 * same shell afterwards. Returns the problems that are left. Rejects if the command fails.
 */
export async function mend(
  program: Program,
  { command }: Found,
  { words = [], env = {}, standIns = {}, stdin = '', ...account }: Mending = {},
): Promise<Found[]> {
  const folder = join(program.folder, 'path');
  mkdirSync(folder, { recursive: true });
  const own = `exec '${program.words[0]}' '${program.words[1]}' "$@"`;
  for (const [name, text] of Object.entries({ ...standIns, deploytrack: own }))
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  const PATH = `${folder}:${env.PATH ?? program.env.PATH}`;
  const options = { cwd: program.folder, env: { ...program.env, ...env, PATH }, ...account };
  const shell = `{ ${command ?? 'false'}; } >&2 || exit 9; deploytrack doctor --json ${words.join(' ')}`;
  return new Promise((resolve, reject) => {
    const child = execFile('/bin/sh', ['-c', shell], options, (error, stdout, stderr) => {
      if (stdout === '') reject(new Error(`${command}: ${error?.message} ${stderr}`));
      else resolve((JSON.parse(stdout) as { findings: Found[] }).findings.filter(isWrong));
    });
    child.stdin?.on('error', () => {}); // The command need not read it.
    child.stdin?.end(stdin);
  });
}

function isWrong({ state }: Found): boolean {
  return state === 'wrong';
}
