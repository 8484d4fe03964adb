import type { Context } from '../context.ts';
import { visible } from '../text/visible.ts';
import type { ChildEnd } from './end.ts';
import { leaveLike } from './leave.ts';
import type { RunningChild } from './run.ts';

/**
 * Works while a command is running and returns the exit code to leave with. Whatever fails meanwhile, the command is
 * waited for and its end becomes ours. `work` returns the code to use if the command's own is 0, and calls back with it
 * when the record is durable: from then on a signal ends the rest of the work. `failed` returns the code to use if the
 * work threw.
 */
export async function besideChild(
  context: Context,
  {
    child,
    typed = '',
    work,
    failed,
    overrides = () => null,
  }: {
    child: RunningChild;
    /** What stands before the command, such as `phase run build`: for a hint if it is not found. */
    typed?: string;
    work: (recorded: (code: number) => void) => Promise<number>;
    failed: (error: unknown) => number;
    /** A code that comes before the command's own: `run --rollback`. */
    overrides?: () => number | null;
  },
): Promise<number> {
  const told = child.ended.then((end) => reportFailure(context, { end, typed }));
  let forget = () => {};
  const fault = new Promise<never>((_, reject) => {
    forget = context.onFault(reject);
  });
  let recorded: (code: number) => void = () => {};
  const isRecorded = new Promise<number>((resolve) => {
    recorded = resolve;
  });
  const interrupted = child.ended.then((end) => end.interrupted).then(() => isRecorded);
  let code: number;
  try {
    code = await Promise.race([work(recorded), fault, interrupted]);
  } catch (error) {
    code = failed(error);
  }
  await told;
  const end = await child.ended;
  forget();
  const own = overrides();
  if (own !== null && own !== end.shellCode) {
    end.release();
    return own;
  }
  return end.shellCode === 0 ? code : leaveLike(context, end);
}

/** Functions and built-ins of a shell are not programs: the hint says how to run them. */
async function reportFailure(
  context: Context,
  { end, typed }: { end: ChildEnd; typed: string },
): Promise<void> {
  if (end.failure === null) return;
  const { kind, message } = end.failure;
  context.stderr.write(`deploytrack: error: ${visible(message)}\n`);
  const [command = '', problem] = message.split(': ');
  const isNoProgram = kind === 'not-executable' && /\.ps1$/i.test(command);
  if (!isNoProgram && (kind !== 'not-found' || problem !== 'command not found')) return;
  const part = await import('./startHint.ts').catch(() => null);
  const hint = part?.startHint(context, { command, typed }) ?? null;
  if (hint !== null) context.stderr.write(`deploytrack: hint: ${visible(hint)}\n`);
}
