import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Context, type Output, processContext } from '../../src/context.ts';
import { main } from '../../src/entry.ts';
import { newProgram, type Program, type ProgramEnd } from '../../test/support/program.ts';

/** A simulated host: a name, a folder and a ledger of its own. Its commands run inside this process. */
export interface Host {
  readonly name: string;
  readonly number: number;
  readonly ledger: string;
  /** All of them: the program knows which one is its own. */
  readonly gateways: string;
  /** Runs a command of the program. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<HostEnd>;
  /** The same in a process of its own. */
  start(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<ProgramEnd>;
}

export interface HostEnd extends Omit<ProgramEnd, 'signal'> {
  readonly tookMs: number;
}

/** What a first deployment would otherwise push without a zero before it. */
const declared = {
  stages: ['extract', 'migration', 'cutover', 'health_check'],
  tests: ['login'],
  resources: ['compute'],
};

/** `env`: what all of its commands get. */
export function newHost(
  number: number,
  { below, gateways, env }: { below: string; gateways: string; env: Readonly<Record<string, string>> },
): Host {
  const name = `host-${String(number).padStart(4, '0')}`;
  const program = newProgram({ below, env: { ...env, DEPLOYTRACK_INSTANCE: name } });
  writeFileSync(join(program.folder, 'deploytrack.json'), JSON.stringify({ declare: declared }));
  return {
    ...{ name, number, gateways, ledger: program.ledger },
    run: (args, more = {}) => runInside(program, { name, args, env: more }),
    start: (args, more = {}) => program.run(args, { env: more }),
  };
}

/** The entry of the program, with the context that a process on that host would have. */
async function runInside(
  { env, folder, words }: Program,
  { name, args, env: more }: { name: string; args: readonly string[]; env: Readonly<Record<string, string>> },
): Promise<HostEnd> {
  const own = processContext();
  const began = own.instant();
  const [stdout, stderr] = [collected(), collected()];
  const context: Context = {
    ...own,
    env: { ...env, ...more },
    cwd: folder,
    program: { node: words[0], script: words[1] },
    hostName: () => name,
    homeFolder: () => folder,
    began: () => began,
    stdinIsTerminal: false,
    stdout: stdout.output,
    stderr: stderr.output,
  };
  const beganMs = performance.now();
  const code = await main(args, context);
  return { code, stdout: stdout.text(), stderr: stderr.text(), tookMs: performance.now() - beganMs };
}

function collected(): { output: Output; text: () => string } {
  let all = '';
  const take = (text: string) => {
    all += text;
    return true;
  };
  const output = { write: (text: string) => void take(text), writeAtOnce: take, problem: null };
  return {
    output: { ...output, isTerminal: false, columns: undefined, rows: undefined },
    text: () => all,
  };
}

/** A folder for the hosts' own folders. */
export function foldersBelow(folder: string): string {
  const below = join(folder, 'hosts');
  mkdirSync(below);
  return below;
}
