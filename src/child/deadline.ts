import type { ChildProcess } from 'node:child_process';
import type { Context } from '../context.ts';
import { processTree } from './procfs.ts';
import { endTreeCall } from './windows.ts';

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
  const end = (signal: NodeJS.Signals) => endTree(context, child, signal);
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

/** Sends a signal to a process and all below it; on Windows, which has none, ends them at once. */
export function endTree(context: Context, child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  if (context.platform === 'win32') {
    endOnWindows(context, child, child.pid);
    return;
  }
  const [, ...below] = processTree(child.pid);
  child.kill(signal);
  for (const pid of below) context.kill(pid, signal);
}

/** Without taskkill.exe at least the process itself ends. */
function endOnWindows({ env }: Context, child: ChildProcess, pid: number): void {
  const { spawn } = require('node:child_process') as typeof import('node:child_process');
  const { command, args, options } = endTreeCall(pid, env);
  spawn(command, args, options)
    .once('error', () => child.kill())
    .once('exit', (code) => code === 0 || child.kill());
}
