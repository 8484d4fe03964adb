import type { Context } from '../context.ts';
import { visible } from '../text/visible.ts';
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
    work,
    failed,
  }: {
    child: RunningChild;
    work: (recorded: (code: number) => void) => Promise<number>;
    failed: (error: unknown) => number;
  },
): Promise<number> {
  const told = child.ended.then((end) => {
    if (end.failure !== null) context.stderr.write(`deploytrack: error: ${visible(end.failure.message)}\n`);
  });
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
  return end.shellCode === 0 ? code : leaveLike(context, end);
}
