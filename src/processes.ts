import { readFileSync, readlinkSync } from 'node:fs';
import type { Context } from './context.ts';
import type { ProcessIdentity } from './marks.ts';

/** Whether a process is running. Unknown is neither: then only the age of the last mark decides. */
export type ProcessState = 'alive' | 'dead' | 'unknown';

/** A process by PID, start time, boot and PID namespace, so that a later one with the same PID is different. */
export function identify(context: Context, pid: number): ProcessIdentity {
  const pidNamespace = context.pidNamespace();
  // If /proc is not that of our own namespace, a PID there is a different process.
  const started = pidNamespace === null ? null : (statOf(pid)?.started ?? null);
  return { pid, started, boot: context.instant().boot, pidNamespace };
}

/**
 * Whether that very process is still running (a zombie is not). Unknown for a process of another PID namespace, one
 * that may not be inspected, PID 0 or 1 (a caller outside of the container, or one that is gone), or without a start
 * time.
 */
export function liveness(context: Context, process: ProcessIdentity): ProcessState {
  const { pid, started, boot, pidNamespace } = process;
  if (boot === null) return 'unknown';
  if (boot !== context.instant().boot) return 'dead';
  if (!Number.isInteger(pid) || pid <= 1) return 'unknown';
  const ours = context.pidNamespace();
  if (ours === null && context.platform === 'linux') return 'unknown';
  // A mark of an older version names no namespace: if the start time matches it is running, otherwise it may be
  // elsewhere.
  const isOurs = (pidNamespace ?? null) === ours;
  if (!isOurs && (pidNamespace ?? null) !== null) return 'unknown';
  const gone = isOurs ? 'dead' : 'unknown';
  const found = ours === null ? null : statOf(pid);
  if (found === null) return context.kill(pid, 0) ? 'unknown' : gone;
  if (started === null) return 'unknown';
  if (found.started !== started) return gone;
  return found.state === 'Z' || found.state === 'X' ? 'dead' : 'alive';
}

/** The script that called us: our parent, past the subshells that `$(…)` forks from it. */
export function callingProcess(context: Context): ProcessIdentity {
  let pid = context.parentPid;
  for (let steps = 0; steps < 8; steps += 1) {
    const parent = statOf(pid)?.parent;
    if (parent === undefined || parent <= 1 || !isForkOf(pid, parent)) break;
    pid = parent;
  }
  return identify(context, pid);
}

function isForkOf(pid: number, parent: number): boolean {
  try {
    return (
      readlinkSync(`/proc/${pid}/exe`) === readlinkSync(`/proc/${parent}/exe`) &&
      readFileSync(`/proc/${pid}/cmdline`).equals(readFileSync(`/proc/${parent}/cmdline`))
    );
  } catch {
    return false;
  }
}

function statOf(pid: number): { state: string; parent: number; started: string } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may contain spaces and parentheses.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', parent: Number(fields[1]), started: fields[19] ?? '' };
  } catch {
    return null;
  }
}
