import { spawn } from 'node:child_process';
import { basename } from 'node:path';

export interface Call {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The folder in which it runs. */
  readonly folder: string;
  /** What it must write to stderr; otherwise nothing, because a warning means that less was done than is measured. */
  readonly warns?: RegExp;
  /** Programs of others may write what they like. */
  readonly isTalkative?: boolean;
  /** Default: a minute. */
  readonly deadlineMs?: number;
}

/** A row is not tried again after that. */
export class Overdue extends Error {}

export interface Timed {
  readonly milliseconds: number;
  /** The end by the wall clock, in milliseconds since 1970 with fractions. */
  readonly endedAt: number;
  readonly stdout: string;
}

/** Runs a process from its start to its end. Throws if it fails or says something unexpected. */
export async function timed({ command, deadlineMs = 60_000, ...call }: Call): Promise<Timed> {
  const [file = '', ...args] = command;
  const began = performance.now();
  const child = spawn(file, args, { cwd: call.folder, env: call.env, stdio: ['ignore', 'pipe', 'pipe'] });
  let ended = 0;
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    output.stdout += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output.stderr += chunk;
  });
  child.once('exit', () => {
    ended = performance.now();
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const deadline = setTimeout(kill, deadlineMs);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  clearTimeout(deadline);
  process.off('exit', kill);
  // Without our temporary folders.
  const names = [file, ...args].map((word) => (word.startsWith('/') ? basename(word) : word));
  const what = `\`${names.join(' ').slice(0, 100)}\``;
  if (child.signalCode === 'SIGKILL') throw new Overdue(`${what} did not end within ${deadlineMs / 1000} s`);
  const isExpected = call.isTalkative === true || (call.warns ?? /^$/).test(output.stderr);
  if (code !== 0 || !isExpected)
    throw new Error(`${what} exited with ${code}: ${output.stderr.trim().slice(0, 300)}`);
  return {
    milliseconds: ended - began,
    endedAt: performance.timeOrigin + ended,
    stdout: output.stdout.trim(),
  };
}
