import type { Context } from '../context.ts';

/** The part of the context that is needed to ask another process. */
export type AsideWorld = Pick<Context, 'program' | 'env' | 'sleep'>;

/** The result did not come in time. */
export class TimedOut extends Error {
  constructor() {
    super('it does not respond in time');
    this.name = 'TimedOut';
  }
}

/**
 * Runs a function in another Node process and returns what it writes to standard output. This is the only way to abandon
 * a read that hangs: a thread of ours that waits for a dead mount would delay our own end. A process that even SIGKILL
 * does not end is left behind. `task` can use only `argument`, no variables around it. Throws TimedOut, or an Error with
 * what the task threw.
 */
export async function runAside<Argument>(
  { program, env, sleep }: AsideWorld,
  {
    task,
    argument,
    withinMs,
  }: { task: (argument: Argument) => unknown; argument: Argument; withinMs: number },
): Promise<Buffer> {
  // Marks load this file, and hardly ever need that module.
  const { spawn } = require('node:child_process') as typeof import('node:child_process');
  const script = `Promise.resolve().then(() => (${task})(${JSON.stringify(argument)})).catch((error) => {
    require('node:fs').writeSync(2, error.code ?? error.message); process.exitCode = 1; })`;
  const child = spawn(program.node, ['-e', script], {
    cwd: '/',
    env: { ...env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, wrong]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => wrong.push(chunk));
  const ended = new Promise<number | null>((end, fail) => {
    child.on('error', fail);
    child.on('close', end);
  });
  try {
    const code = await Promise.race([ended, sleep(withinMs).then(() => undefined)]);
    if (code === undefined) throw new TimedOut();
    if (code !== 0) throw new Error(Buffer.concat(wrong).toString('utf8') || 'it cannot be inspected');
    return Buffer.concat(out);
  } finally {
    ended.catch(() => {});
    child.kill('SIGKILL');
    child.stdout.destroy();
    child.stderr.destroy();
    child.unref();
  }
}
