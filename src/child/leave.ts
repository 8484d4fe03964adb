import { writeFileSync } from 'node:fs';
import type { Context } from '../context.ts';
import type { ChildEnd } from './end.ts';

/** Far longer than a signal to oneself takes; only one that cannot end us lets it pass. */
const signalTakesMs = 1000;

const dumpingCore: ReadonlySet<string> = new Set(
  ['QUIT', 'ILL', 'TRAP', 'ABRT', 'BUS', 'FPE', 'SEGV', 'XCPU', 'XFSZ', 'SYS'].map((name) => `SIG${name}`),
);

/**
 * Leaves as the wrapped command did, after all is recorded: where a signal ended it, by the same signal, so that our
 * parent sees what it would have seen. Otherwise, and where that cannot be, the exit code to leave with.
 */
export async function leaveLike(context: Context, end: ChildEnd): Promise<number> {
  end.release();
  if (end.signal === null || end.timedOut || context.platform === 'win32') return end.shellCode;
  // Node ignores SIGPIPE and SIGXFSZ and keeps SIGUSR1 for its debugger: taking a listener away restores the default.
  context.onSignal(end.signal, () => {})();
  if (dumpingCore.has(end.signal)) dumpNoCore();
  context.kill(context.pid, end.signal);
  await context.sleep(signalTakesMs);
  return end.shellCode;
}

/** The command may have left its core in the working folder: ours must not take its place, nor hold Node's memory. */
function dumpNoCore(): void {
  try {
    process.chdir('/proc');
    writeFileSync('/proc/self/coredump_filter', '0');
  } catch {
    // No such folder here.
  }
}
