import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { eventually } from '../support/eventually.ts';
import { buildStub, type stubs } from '../support/preloadedStubs.ts';
import { newProgram, type Program, rowsOf } from '../support/program.ts';

/** How a fault is made; every script runs in the folder of the program with the ledger's path in `$LEDGER`. */
export interface World {
  /**
   * A namespace of its own, for all commands of the row or only during the fault: flags of `unshare`, and what is set up in
   * it before it prints `ready` and stays.
   */
  readonly space?: {
    readonly flags: readonly string[];
    readonly setUp: string;
    readonly isOnlyDuringFault?: boolean;
  };
  /** The commands run as this account, to which the whole folder belongs. */
  readonly account?: number;
  /** Ledger in `disk/`, which `space` mounts. */
  readonly isOnDisk?: boolean;
  readonly begin?: string;
  readonly end?: string;
  /** Functions of libc that are replaced during the fault. */
  readonly stub?: keyof typeof stubs;
  /** The fault as a resource of the test; returns what ends it. */
  hold?(place: Place): Promise<() => void> | (() => void);
  /** A shell line in front of the program during the fault: `"$@"` is the program with its arguments. */
  readonly line?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface Place {
  readonly program: Program;
  readonly ledger: string;
  /** Starts the program, during the fault if `isFaulty`. */
  spawn(words: readonly string[], isFaulty: boolean): ChildProcess;
  /** Runs a script in the place; throws if it fails. */
  shell(script: string): void;
  rows(sql: string): Record<string, unknown>[];
  stop(): Promise<void>;
}

/** A folder with a program in it, where a fault can begin and end. */
export async function placeOf(world: World, env: Readonly<Record<string, string>>): Promise<Place> {
  const { folder } = newProgram();
  const ledger = join(folder, world.isOnDisk === true ? 'disk' : 'state', 'deployments.db');
  mkdirSync(join(folder, 'tmp'));
  mkdirSync(dirname(ledger));
  const all = { ...env, HOME: folder, XDG_RUNTIME_DIR: join(folder, 'runtime'), TMPDIR: join(folder, 'tmp') };
  mkdirSync(all.XDG_RUNTIME_DIR, { mode: 0o700 });
  const program = newProgram({ ledger, env: all });
  const shellEnv = { PATH: program.env.PATH ?? '', LEDGER: ledger, LANG: 'C.UTF-8' };
  const preloaded = world.stub === undefined ? {} : { LD_PRELOAD: buildStub(folder, world.stub) };
  const holder = world.space === undefined ? null : await openSpace(world.space, { folder, env: shellEnv });
  if (world.account !== undefined) spawnSync('chown', ['-R', `${world.account}`, folder]);
  const asAccount =
    world.account === undefined
      ? []
      : ['setpriv', `--reuid=${world.account}`, `--regid=${world.account}`, '--clear-groups', '--'];
  const inside =
    holder === null ? asAccount : ['nsenter', `--target=${holder.pid}`, ...(world.space?.flags ?? [])];
  const isOutside = holder === null || world.space?.isOnlyDuringFault === true;
  const inPlace = (script: string) => {
    const [file = '', ...rest] = [...(isOutside ? [] : inside), 'bash', '-ec', `cd '${folder}'; ${script}`];
    const end = spawnSync(file, rest, { env: shellEnv, encoding: 'utf8' });
    if (end.status !== 0) throw new Error(`${script}: ${end.stderr}`);
    return end.stdout;
  };
  return {
    program: { ...program, folder },
    ledger,
    spawn(words, isFaulty) {
      const line = `cd '${folder}'; ${(isFaulty ? world.line : undefined) ?? 'exec "$@"'}`;
      const into = world.space?.isOnlyDuringFault === true && !isFaulty ? [] : inside;
      const [file = '', ...rest] = [...into, 'bash', '-c', line, 'bash', ...program.words, ...words];
      return spawn(file, rest, {
        env: { ...program.env, ...(isFaulty ? { ...world.env, ...preloaded } : {}) },
        stdio: ['pipe', 'pipe', 'pipe'],
      });
    },
    shell: (script) => void inPlace(script),
    rows(sql) {
      if (isOutside) return rowsOf(ledger, { sql });
      return JSON.parse(inPlace(`sqlite3 -json "$LEDGER" "${sql}"`) || '[]') as Record<string, unknown>[];
    },
    async stop() {
      if (holder === null) return;
      holder.kill('SIGKILL');
      if (holder.exitCode === null && holder.signalCode === null) await once(holder, 'exit');
    },
  };
}

async function openSpace(
  { flags, setUp }: { flags: readonly string[]; setUp: string },
  { folder, env }: { folder: string; env: Record<string, string> },
): Promise<ChildProcess> {
  const script = `set -e; cd '${folder}'; ${setUp}`;
  const holder = spawn('unshare', [...flags, 'bash', '-c', script], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  holder.stdout?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await eventually(() => (said.includes('ready') ? true : undefined), { what: 'namespace' });
  return holder;
}
