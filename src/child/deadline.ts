import type { ChildProcess } from 'node:child_process';
import type { Context } from '../context.ts';
import { processTree } from './procfs.ts';

/** setTimeout treats larger values as 1 ms. */
const longestTimerMs = 2 ** 31 - 1;
const defaultGraceMs = 10_000;

export interface Deadline {
  /** Whether the time had passed. */
  cancel(): boolean;
}

interface Limits {
  readonly timeoutMs?: number | undefined;
  readonly graceMs?: number | undefined;
}

/**
 * Ends a process and all below it when `timeoutMs` have passed: SIGTERM, and SIGKILL `graceMs` later if it still runs.
 * The process group cannot be signaled: it contains us, and perhaps the script that called us.
 */
export function setDeadline(context: Context, child: ChildProcess, limits: Limits): Deadline {
  let passed = false;
  let timer: NodeJS.Timeout | undefined;
  const end = (signal: NodeJS.Signals) => {
    const [, ...below] = processTree(child.pid ?? 0);
    child.kill(signal);
    for (const pid of below) context.kill(pid, signal);
  };
  if (limits.timeoutMs !== undefined) {
    timer = setTimeout(
      () => {
        passed = true;
        timer = setTimeout(() => end('SIGKILL'), limits.graceMs ?? defaultGraceMs);
        end('SIGTERM');
      },
      Math.min(limits.timeoutMs, longestTimerMs),
    );
  }
  return {
    cancel() {
      clearTimeout(timer);
      return passed;
    },
  };
}
