import { readFileSync, readlinkSync } from 'node:fs';
import type { Context } from './context.ts';
import type { ProcessIdentity } from './marks.ts';
import { mayBeOneBoot } from './model.ts';
import { mayBeShim, stateOnWindows, whoCalled } from './windowsProcesses.ts';

/** Whether a process is running. Unknown is neither: then only the age of the last mark decides. */
export type ProcessState = 'alive' | 'dead' | 'unknown';

/** A process by PID, start time, boot and PID namespace, so that a later one with the same PID is different. */
export function identify(context: Context, pid: number): ProcessIdentity {
  if (context.platform === 'win32') return onWindows(context, pid);
  const pidNamespace = context.pidNamespace();
  // If /proc is not that of our own namespace, a PID there is a different process.
  const started = pidNamespace === null ? null : (statOf(pid)?.started ?? null);
  return { pid, started, boot: context.instant().boot, pidNamespace };
}

/** The start time of another process cannot be read there without a process; so it is a time at which it existed. */
function onWindows(context: Context, pid: number): ProcessIdentity {
  const existed = pid === context.pid ? context.began() : context.instant();
  const started = pid > 0 ? String(Math.floor(existed.wallMs)) : null;
  return { pid, started, boot: existed.boot, pidNamespace: null };
}

/**
 * Whether that very process is still running (a zombie is not). Unknown for a process of another PID namespace, one
 * that may not be inspected, PID 0 or 1 (a caller outside of the container, or one that is gone), or without a start
 * time. On Windows one that exists is unknown too, unless `isQuiet`: then its creation time is looked up.
 */
export function liveness(
  context: Context,
  process: ProcessIdentity,
  { isQuiet = false }: { isQuiet?: boolean } = {},
): ProcessState {
  const { pid, started, boot, pidNamespace } = process;
  if (boot === null) return 'unknown';
  if (!mayBeOneBoot(boot, context.instant().boot ?? '')) return 'dead';
  if (!Number.isInteger(pid) || pid <= 1) return 'unknown';
  if (context.platform === 'win32') {
    const exists = context.kill(pid, 0);
    const existedMs = started === null ? null : Number(started);
    return stateOnWindows({
      exists,
      existedMs,
      createdMs: exists && isQuiet ? context.createdMs(pid) : null,
    });
  }
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

/**
 * The process that called us, past launchers, as a text that equals that of no other one, on no host and no other boot.
 * Null if it is not seen from here (`docker exec`).
 */
export function callerToken(context: Context): string | null {
  return tokenOf(context, pastLaunchers(context, context.parentPid));
}

/** Ours: a shell that we replaced has the same, since it runs the last command of `( … )` without a fork. */
export function ownToken(context: Context): string | null {
  return tokenOf(context, context.pid);
}

function tokenOf(context: Context, ofPid: number): string | null {
  const { pid, boot, pidNamespace, ...found } = identify(context, ofPid);
  const started = context.platform === 'win32' ? null : found.started;
  return pid > 0 && boot !== null ? `${boot}/${pidNamespace ?? ''}/${pid}/${started ?? ''}` : null;
}

/** The process of a `callerToken`; null if the text is not one. */
export function processOfToken(token: string): ProcessIdentity | null {
  const [boot = '', pidNamespace = '', pid = '', started = '', ...more] = token.split('/');
  if (boot === '' || pid === '' || more.length > 0) return null;
  return { pid: Number(pid), started: started || null, boot, pidNamespace: pidNamespace || null };
}

/** Programs that run one command for a script and end with it. */
const launchers = /^(sudo|doas|su|runuser|timeout|time|flock|setsid|strace|npx|npm .*)$/;

/** A launcher is a different process for each command of a script. */
function pastLaunchers(context: Context, pid: number): number {
  if (context.pidNamespace() === null) return pid;
  let at = pid;
  for (let steps = 0; steps < 8; steps += 1) {
    const found = statOf(at);
    // In a container the script can be process 1; elsewhere that is init, which adopts what has lost its parent.
    if (found === null || found.parent <= 1 || !launchers.test(found.name)) break;
    at = found.parent;
  }
  return at;
}

/**
 * The script that called us: our parent, past launchers and the subshells that `$(…)` forks from it. On Windows, with
 * PID 0 if that may only be the shim that ends with this call, and who called it is unknown.
 */
export function callingProcess(context: Context): ProcessIdentity {
  if (context.platform === 'win32') return identify(context, callerOnWindows(context));
  let pid = context.parentPid;
  for (let steps = 0; steps < 8; steps += 1) {
    pid = pastLaunchers(context, pid);
    const found = statOf(pid);
    if (found === null || found.parent < 1 || !isForkOf(pid, found.parent)) break;
    pid = found.parent;
  }
  return identify(context, pid);
}

function callerOnWindows(context: Context): number {
  const { env, parentPid } = context;
  if (!mayBeShim(env)) return parentPid;
  // Git Bash starts programs in ways that leave no chain of parents.
  if (env.MSYSTEM !== undefined) return 0;
  return whoCalled(context.ancestors(parentPid), context.began().wallMs) ?? 0;
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

function statOf(pid: number): { name: string; state: string; parent: number; started: string } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may contain spaces and parentheses.
    const nameEnd = text.lastIndexOf(')');
    const fields = text.slice(nameEnd + 2).split(' ');
    const name = text.slice(text.indexOf('(') + 1, nameEnd);
    return { name, state: fields[0] ?? '', parent: Number(fields[1]), started: fields[19] ?? '' };
  } catch {
    return null;
  }
}
