import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';

/**
 * The program under test: this checkout's, whose `dist/` is built before the tests run, or an installed one.
 */
export const programFile =
  process.env.PROGRAM_UNDER_TEST ?? fileURLToPath(new URL('../../bin/deploytrack.js', import.meta.url));

export interface ProgramEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Overrides the program's environment; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly stdin?: string;
  /** Another account, by its number; only root may. */
  readonly uid?: number;
}

/**
 * The real program in a world of its own: a folder, a ledger, an environment without variables of ours or of
 * a CI.
 */
export interface Program {
  /** Its folder: working directory, HOME and all files that it writes. */
  readonly folder: string;
  readonly ledger: string;
  readonly env: Readonly<Record<string, string>>;
  /** The arguments before the command: Node and the script. */
  readonly words: readonly [string, string];
  /** Runs it to its end. */
  run(args: readonly string[], options?: RunOptions): Promise<ProgramEnd>;
  /**
   * Runs it; throws with all of its output unless it exits with 0 and empty stderr. Returns stdout without
   * the last newline.
   */
  quiet(args: readonly string[], options?: RunOptions): Promise<string>;
  /** Starts it, for tests that end it themselves. */
  spawn(args: readonly string[], options?: RunOptions): ChildProcess;
  /** Rows of a query on the ledger, through a read-only connection. */
  rows(sql: string, ...values: readonly unknown[]): Record<string, unknown>[];
  /** Text of every journal that was not imported yet: next to the ledger, and in the fallback folder. */
  journals(): string;
}

export interface ProgramOptions {
  /** Added to the clean environment, for every run. */
  readonly env?: Readonly<Record<string, string>>;
  /** A ledger that several share; by default one of its own. */
  readonly ledger?: string;
  /** Where its folder is created; by default the temporary folder. */
  readonly below?: string;
  /** Another build of the program; by default this checkout's. */
  readonly script?: string;
  /** Another Node to run it with; by default this one. */
  readonly node?: string;
}

export function newProgram(options: ProgramOptions = {}): Program {
  const folder = mkdtempSync(join(options.below ?? tmpdir(), 'deploytrack-cli-'));
  const ledger = options.ledger ?? join(folder, 'deployments.db');
  const env: Record<string, string> = {
    ...cleanEnvironment(folder),
    DEPLOYTRACK_LEDGER: ledger,
    ...options.env,
  };
  const words = [options.node ?? process.execPath, options.script ?? programFile] as const;
  const start = (args: readonly string[], run: RunOptions = {}) => {
    const child = spawn(words[0], [words[1], ...args], {
      cwd: run.cwd ?? folder,
      env: { ...env, ...run.env },
      ...(run.uid === undefined ? {} : { uid: run.uid }),
    });
    child.stdin.on('error', () => {}); // The program need not read its input.
    child.stdin.end(run.stdin ?? '');
    return child;
  };
  const run = (args: readonly string[], how?: RunOptions) => endOf(start(args, how));
  return {
    folder,
    ledger,
    env,
    words,
    spawn: start,
    run,
    async quiet(args, how) {
      const end = await run(args, how);
      if (end.code !== 0 || end.stderr !== '') {
        throw new Error(`deploytrack ${args.join(' ')}: ${JSON.stringify(end)}`);
      }
      return end.stdout.replace(/\n$/, '');
    },
    rows: (sql, ...values) => rowsOf(ledger, { sql, values }),
    journals: () => [dirname(ledger), env.XDG_RUNTIME_DIR ?? folder].map(journalsIn).join(''),
  };
}

/** Waits for the end of a process and returns all of its output. */
export async function endOf(child: ChildProcess): Promise<ProgramEnd> {
  const exit = new Promise<Pick<ProgramEnd, 'code' | 'signal'>>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve({ code, signal }));
  });
  const [ended, stdout, stderr] = await Promise.all([
    exit,
    child.stdout === null ? '' : text(child.stdout),
    child.stderr === null ? '' : text(child.stderr),
  ]);
  return { ...ended, stdout, stderr };
}

/** Only what a program needs: nothing of ours, of a CI or of the account that runs the tests. */
function cleanEnvironment(folder: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: folder,
    USER: 'tester',
    LANG: 'C.UTF-8',
    XDG_RUNTIME_DIR: mkdtempSync(join(folder, 'runtime-')),
    // No settings of the host that runs the tests, which may name a real gateway.
    DEPLOYTRACK_SETTINGS_ROOT: folder,
    TMPDIR: tmpdir(),
  };
}

export function rowsOf(
  file: string,
  { sql, values = [] }: { sql: string; values?: readonly unknown[] },
): Record<string, unknown>[] {
  const database = new Database(file, { readonly: true, fileMustExist: true });
  try {
    return database.prepare(sql).all(...values) as Record<string, unknown>[];
  } finally {
    database.close();
  }
}

function journalsIn(folder: string): string {
  if (!existsSync(folder)) return '';
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.includes('journal'))
    .map((entry) => entry.name);
  return names.map((name) => readFileSync(join(folder, name), 'utf8')).join('');
}

/**
 * Starts a deployment `app` of version 1, without a warning; `words` are added to `start`. Returns its ID.
 */
export function startDeployment(program: Program, ...words: readonly string[]): Promise<string> {
  return program.quiet(['start', '--deployment', 'app', '--version', '1', ...words]);
}
