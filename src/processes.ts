import { readFileSync, readlinkSync } from 'node:fs';
import type { Context } from './context.ts';
import type { ProcessIdentity } from './marks.ts';

/** A process by pid, start time and boot, so that a later one with the same pid is another. */
export function identify(context: Context, pid: number): ProcessIdentity {
  return { pid, started: statOf(pid)?.started ?? null, boot: context.instant().boot };
}

/** Whether that very process still lives (a zombie does not). */
export function isAlive(context: Context, process: ProcessIdentity): boolean {
  if (process.boot !== context.instant().boot) return false;
  if (process.started === null) return context.kill(process.pid, 0);
  const found = statOf(process.pid);
  return found !== null && found.state !== 'Z' && found.started === process.started;
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
    // The name in parentheses may hold blanks and parentheses of its own.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', parent: Number(fields[1]), started: fields[19] ?? '' };
  } catch {
    return null;
  }
}
