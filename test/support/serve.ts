import { onTestFinished } from 'vitest';
import { eventually } from './eventually.ts';
import { endOf, newProgram, type Program, type ProgramEnd, type RunOptions } from './program.ts';

/** A real `deploytrack serve` on a free port. */
export interface Served {
  /** `http://127.0.0.1:<port>`, no slash at the end; https with TLS. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** The program whose ledger it serves, to record marks, run commands and query rows. */
  readonly program: Program;
  /** Lines of its log so far, parsed. */
  log(): Record<string, unknown>[];
  /** Ends it and returns its exit code and all of its output; a second call returns the same. */
  stop(signal?: NodeJS.Signals): Promise<ProgramEnd>;
}

/**
 * Starts the built program with a ledger (by default one of its own) and waits until it listens; it is
 * stopped with the test. Throws with all of its output if it ends before that.
 */
export async function serve({
  program = newProgram(),
  args = [],
  run = {},
}: {
  readonly program?: Program;
  /** Added to `serve --listen 127.0.0.1:0`; a `--listen` among them replaces that one. */
  readonly args?: readonly string[];
  readonly run?: RunOptions;
} = {}): Promise<Served> {
  const listen = args.includes('--listen') ? [] : ['--listen', '127.0.0.1:0'];
  const child = program.spawn(['serve', ...listen, ...args], run);
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = endOf(child);
  const onExit = () => child.kill('SIGKILL');
  process.once('exit', onExit);
  const stop = (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return ended;
  };
  onTestFinished(async () => {
    await stop('SIGKILL');
    process.removeListener('exit', onExit);
  });
  const log = () => stderr.split('\n').filter(isJson).map(parsed);
  const address = await Promise.race([
    eventually(() => log().find(({ message }) => message === 'listening')?.address as string | undefined, {
      what: 'listening server',
    }),
    ended.then((end) => Promise.reject(new Error(`serve ended: ${JSON.stringify(end)}`))),
  ]);
  const url = address.replace(/\/\/(\*|0\.0\.0\.0):/, '//127.0.0.1:');
  return { url, port: Number(new URL(url).port), pid: child.pid ?? -1, program, log, stop };
}

/** The last line may still be incomplete. */
function isJson(line: string): boolean {
  return line.startsWith('{') && line.endsWith('}');
}

function parsed(line: string): Record<string, unknown> {
  return JSON.parse(line) as Record<string, unknown>;
}
