import { writeFileSync } from 'node:fs';
import type { Context } from '../context.ts';
import type { ChildEnd } from './end.ts';

/** Far longer than a signal to oneself takes; it only passes if the signal cannot end us. */
const signalTakesMs = 1000;

const dumpingCore: ReadonlySet<string> = new Set(
  ['QUIT', 'ILL', 'TRAP', 'ABRT', 'BUS', 'FPE', 'SEGV', 'XCPU', 'XFSZ', 'SYS'].map((name) => `SIG${name}`),
);

/**
 * Leaves as the wrapped command did, after all is recorded: if a signal ended it, by the same signal, so that our
 * parent sees what it would have seen. Otherwise, or if that is impossible, returns the exit code to leave with.
 */
export async function leaveLike(context: Context, end: ChildEnd): Promise<number> {
  end.release();
  if (end.signal === null || end.timedOut || context.platform === 'win32') return end.shellCode;
  // Node ignores SIGPIPE and SIGXFSZ and reserves SIGUSR1 for its debugger; removing a listener restores the default.
  context.onSignal(end.signal, () => {})();
  if (dumpingCore.has(end.signal)) dumpNoCore();
  context.kill(context.pid, end.signal);
  await context.sleep(signalTakesMs);
  return end.shellCode;
}

/** The command may have left a core dump in the working folder: ours must not replace it, nor contain Node's memory. */
function dumpNoCore(): void {
  try {
    process.chdir('/proc');
    writeFileSync('/proc/self/coredump_filter', '0');
  } catch {
    // This platform has no such folder.
  }
}
