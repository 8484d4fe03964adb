import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ProgramEnd, rowsOf } from '../support/program.ts';

/** The exit code is that of Windows modulo 256; null if it took longer than a minute. */
export type End = Omit<ProgramEnd, 'signal'>;

/** The archive for Windows, unpacked on the C: drive of wine by `scripts/test-windows`; head of that script: what it shows. */
export interface Windows {
  /** The path of this machine for one on C:, with slashes. */
  path(onC: string): string;
  /** `C:\Program Files\deploytrack-…`, where it was unpacked. */
  readonly folder: string;
  /** Starts a program of Windows in `C:\work`; `said` is its output until now. */
  start(
    words: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): { child: ChildProcess; said: () => Pick<End, 'stdout' | 'stderr'> };
  /** Runs one to its end. */
  ended(words: readonly string[], env?: Readonly<Record<string, string>>): Promise<End>;
  /** Runs deploytrack: its node.exe with its script. */
  run(words: readonly string[], env?: Readonly<Record<string, string>>): Promise<End>;
  /** Runs a file or command of cmd.exe. */
  cmd(words: readonly string[]): Promise<End>;
  /** Rows of a ledger on C:. */
  rows(ledger: string, sql: string): Record<string, unknown>[];
}

const prepared = process.env.DEPLOYTRACK_WINDOWS;

/** Null if this machine has none. */
export const windows: Windows | null = prepared === undefined ? null : onDrive(prepared);
export const noWindows = 'no C: drive of wine, which scripts/test-windows makes and fills';

function onDrive(file: string): Windows {
  const [wine = '', prefix = ''] = readFileSync(file, 'utf8').split('\n');
  const path = (onC: string) => join(prefix, 'drive_c', onC);
  const name = readdirSync(path('Program Files')).find((one) => /^deploytrack-\d/.test(one));
  const folder = `C:\\Program Files\\${name}`;
  const start: Windows['start'] = (words, env = {}) => {
    const files = mkdtempSync(join(tmpdir(), 'wine-'));
    // Files, because under wine the background prober keeps a pipe open.
    const [out, err] = ['out', 'err'].map((stream) => openSync(join(files, stream), 'w'));
    const child = spawn(wine, words, {
      cwd: path('work'),
      env: {
        PATH: '/usr/bin:/bin',
        HOME: prefix,
        LC_ALL: 'C.UTF-8',
        WINEPREFIX: prefix,
        WINEDEBUG: '-all',
        WINEDLLOVERRIDES: 'mscoree=;mshtml=',
        WINEPATH: `${folder}\\cmd`,
        DEPLOYTRACK_SETTINGS_ROOT: 'C:\\work', // settings of other folders may be refused
        ...env,
      },
      stdio: ['ignore', out, err],
      timeout: 60_000,
      killSignal: 'SIGKILL',
    });
    for (const descriptor of [out, err]) closeSync(descriptor as number);
    const said = () => ({
      stdout: readFileSync(join(files, 'out'), 'utf8'),
      stderr: readFileSync(join(files, 'err'), 'utf8'),
    });
    return { child, said };
  };
  const ended = async (words: readonly string[], env?: Readonly<Record<string, string>>): Promise<End> => {
    const { child, said } = start(words, env);
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', resolve);
    });
    return { code, ...said() };
  };
  const program = [`${folder}\\node.exe`, `${folder}\\bin\\deploytrack.js`];
  return {
    path,
    folder,
    start,
    run: (words, env) => ended([...program, ...words], env),
    cmd: (words) => ended(['cmd.exe', '/c', ...words]),
    ended,
    rows: (ledger, sql) => rowsOf(path(ledger), { sql }),
  };
}
