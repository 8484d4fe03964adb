import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { endOf, newProgram, type Program, type ProgramEnd, programFile } from '../support/program.ts';
import { repository } from './site.ts';

/** The scripts of examples/scripts, each next to the script that it was before deploytrack was added. */
export const scriptsFolder = path.join(repository, 'examples/scripts');
export const beforeFolder = path.join(__dirname, 'before');

export type Input = Readonly<Record<string, string>>;

/** One run of a script, in a folder of its own. */
export interface ScriptRun {
  readonly script: string;
  readonly args: readonly string[];
  /** Prepares the folder, and returns variables for the script. */
  prepare(folder: string): Input | Promise<Input>;
  /** Folders that come before the others in PATH. */
  readonly path?: readonly string[];
  /** Its two runs share something. */
  readonly oneByOne?: true;
  /** What is done while the script runs. */
  during?(program: Program, how: 'before' | 'tracked'): Promise<void>;
}

export interface Tracked {
  readonly program: Program;
  readonly end: ProgramEnd;
  /** What the script without deploytrack did with the same input. */
  readonly before: ProgramEnd;
}

/** Runs a script as it was before, and with deploytrack, each with the same input. */
export async function runBoth(run: ScriptRun): Promise<Tracked> {
  const program = newHost();
  symlinkSync(programFile, path.join(program.folder, 'bin/deploytrack'));
  const running = runIn(newHost(), { run, how: 'before' });
  if (run.oneByOne) await running;
  const [before, end] = await Promise.all([running, runIn(program, { run, how: 'tracked' })]);
  return { program, before, end };
}

function newHost(): Program {
  const program = newProgram();
  mkdirSync(path.join(program.folder, 'bin'));
  onTestFinished(() => rmSync(program.folder, { recursive: true, force: true }));
  return program;
}

async function runIn(
  program: Program,
  { run, how }: { run: ScriptRun; how: 'before' | 'tracked' },
): Promise<ProgramEnd> {
  const { folder: cwd, env } = program;
  const added = await run.prepare(cwd);
  const PATH = [
    path.join(cwd, 'bin'),
    ...(run.path ?? []),
    path.dirname(process.execPath),
    env.PATH ?? '',
  ].join(':');
  const script = path.join(how === 'before' ? beforeFolder : scriptsFolder, run.script);
  const child = spawn(script, [...run.args], {
    cwd,
    env: { ...env, ...added, PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [end] = await Promise.all([endOf(child), run.during?.(program, how)]);
  return end;
}

/** Writes an executable that stands in for a program. */
export function standIn(file: string, text: string): void {
  writeFileSync(file, `#!/bin/bash\n${text}\n`, { mode: 0o755 });
}

export function isThere(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

/** Packs files into a `.tar.gz`: their names, with their texts. */
export function archive(file: string, files: Input): void {
  const folder = `${file}.files`;
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  spawnSync('tar', ['-czf', file, '-C', folder, '.']);
  rmSync(folder, { recursive: true });
}

/** What the ledger has: one line for each thing. */
export function recorded({ rows }: Program) {
  return {
    deployments: rows(
      'SELECT deployment_status AS status, error_message AS error, exit_code FROM deployment_metrics ORDER BY id',
    ),
    phases: rows(
      `SELECT service || '/' || stage || ' ' || status || coalesce(' ' || nullif(exit_code, 0), '')
         || coalesce(': ' || error_message, '') AS line FROM deployment_stages ORDER BY line`,
    ).map(({ line }) => String(line)),
    warnings: rows('SELECT code, message FROM warnings'),
  };
}

/** How many lines of a script were changed, added and removed when deploytrack was added. */
export function edits(script: string): { changed: number; added: number; removed: number } {
  const files = [beforeFolder, scriptsFolder].map((folder) => path.join(folder, script));
  const { stdout } = spawnSync('diff', files, { encoding: 'utf8' });
  const sum = { changed: 0, added: 0, removed: 0 };
  for (const [, from, to, how, newFrom, newTo] of stdout.matchAll(
    /^(\d+)(?:,(\d+))?([acd])(\d+)(?:,(\d+))?$/gm,
  )) {
    const old = how === 'a' ? 0 : Number(to ?? from) - Number(from) + 1;
    const lines = how === 'd' ? 0 : Number(newTo ?? newFrom) - Number(newFrom) + 1;
    sum.changed += Math.min(old, lines);
    sum.added += Math.max(0, lines - old);
    sum.removed += Math.max(0, old - lines);
  }
  return sum;
}
