import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { buffer, text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** The program under test: the arguments that stand before the wrapped command, and its environment. */
export interface Front {
  readonly words: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

export interface FrontEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Starts a wrapped command without a terminal, in a session of its own. */
export function startFront(front: Front, command: readonly string[], cwd?: string): ChildProcess {
  const [program = '', ...words] = [...front.words, ...command];
  const env = front.env ?? process.env;
  return spawn(program, words, { env, detached: true, ...(cwd === undefined ? {} : { cwd }) });
}

/** Runs a wrapped command to its end with `stdin` as its input. */
export async function runFront(
  front: Front,
  command: readonly string[],
  run: RunOptions = {},
): Promise<FrontEnd> {
  const child = startFront(front, command, run.cwd);
  child.stdin?.on('error', () => {}); // a command that does not read its input
  child.stdin?.end(run.stdin ?? '');
  return endOf(child);
}

/** The same program started by a shell; `"$@"` in `script` is the program followed by the wrapped command. */
export function inShell(front: Front, script: string): Front {
  return { ...front, words: ['bash', '-c', script, 'bash', ...front.words] };
}

interface RunOptions {
  readonly stdin?: Buffer;
  readonly cwd?: string;
}

export async function endOf(child: ChildProcess): Promise<FrontEnd> {
  const exit = new Promise<Pick<FrontEnd, 'code' | 'signal'>>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve({ code, signal }));
  });
  const [ended, stdout, stderr] = await Promise.all([
    exit,
    child.stdout === null ? Buffer.alloc(0) : buffer(child.stdout),
    child.stderr === null ? '' : text(child.stderr),
  ]);
  return { ...ended, stdout, stderr };
}

/** Waits until the command has written `word` to stdout. */
export function saysFirst(child: ChildProcess, word: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (chunk) => {
      said += chunk;
      if (said.includes(word)) resolve();
    });
    child.on('exit', () => reject(new Error(`ended before it said ${word}, after ${said}`)));
  });
}

export interface TerminalEnd {
  readonly output: string;
  readonly code: number | null;
  readonly signal: string | null;
  readonly echo_before: boolean;
  readonly echo_after: boolean;
}

/** Runs a wrapped command as the foreground job of a real terminal; `keys` are typed when `after` has appeared. */
export function runInTerminal(
  front: Front,
  command: readonly string[],
  typed: Typed[] = [],
): Promise<TerminalEnd> {
  const script = fileURLToPath(new URL('../fixtures/terminal.py', import.meta.url));
  const words = [script, ...typed.flatMap(({ after, keys }) => ['--when', after, keys]), '--'];
  return new Promise((resolve, reject) => {
    const env = front.env ?? process.env;
    execFile('python3', [...words, ...front.words, ...command], { env, timeout: 50_000 }, (error, stdout) =>
      error === null ? resolve(JSON.parse(stdout) as TerminalEnd) : reject(error),
    );
  });
}

interface Typed {
  readonly after: string;
  readonly keys: string;
}

export const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

/** Runs `work` on all items, as many at a time as two processors can handle. */
export async function inBatches<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items];
  const worker = async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item);
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
}
