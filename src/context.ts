import { readFileSync, readlinkSync } from 'node:fs';
import { homedir, hostname, tmpdir, userInfo } from 'node:os';
import { isAbsolute } from 'node:path';
import type { Instant } from './model.ts';
import { isTerminal, processOutput } from './output.ts';
import {
  ancestryCall,
  creationCall,
  readAncestry,
  readCreation,
  type WindowsProcess,
} from './windowsProcesses.ts';

/** A stream the program writes to. */
export interface Output {
  /** Waits for a slow reader. Failures are reported by `problem` only. */
  write(text: string): void;
  /** The system's code for why standard output was lost: `ENOSPC`, or `EPIPE` if the reader left; otherwise null. */
  readonly problem: string | null;
  /** For decoration: never waits. False if not all of it was written; the next call may fail too. */
  writeAtOnce(text: string): boolean;
  readonly isTerminal: boolean;
  /** Width in characters, if the stream is a terminal that knows it. */
  readonly columns: number | undefined;
  /** The same for its height in lines. */
  readonly rows: number | undefined;
}

/** Everything of the outside world that is not a file or a socket. The fake is in test/support. */
export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  readonly pid: number;
  readonly parentPid: number;
  /**
   * The namespace in which a PID is unique (`pid:[4026531836]`); null if there is none, or /proc is that of another.
   */
  pidNamespace(): string | null;
  /** What starts this program again: Node and its script. */
  readonly program: { readonly node: string; readonly script: string };
  /** Effective user id; undefined on Windows. */
  readonly uid: number | undefined;
  /** The host's own name, as it spells it. */
  hostName(): string;
  /** The account's home, an absolute path; null if it has none (a service account without HOME). */
  homeFolder(): string | null;
  /** An absolute path. */
  temporaryFolder(): string;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdinIsTerminal: boolean;
  /** The current time on both clocks. */
  instant(): Instant;
  /** When this process began: before Node was ready, which is when the script called us. */
  began(): Instant;
  /** A text that is unique among all calls on all hosts. */
  uniqueId(): string;
  sleep(ms: number): Promise<void>;
  /** Calls back on each delivery of a signal until the returned function is called. */
  onSignal(signal: NodeJS.Signals, listener: () => void): () => void;
  /** Calls back for uncaught errors, which then do not end the process, until the returned function is called. */
  onFault(listener: (error: unknown) => void): () => void;
  /** Sends a signal to a process; false if it is gone or not ours. */
  kill(pid: number, signal: NodeJS.Signals | 0): boolean;
  /**
   * When a process was created, in Unix ms, for Windows; null elsewhere, and if that cannot be determined. Starts a
   * process, at most once per PID, and waits 3 s for all of them together.
   */
  createdMs(pid: number): number | null;
  /**
   * A process and those above it, nearest first, for Windows; empty elsewhere, and if that cannot be determined. Starts a
   * process, within the same 3 s.
   */
  ancestors(pid: number): readonly WindowsProcess[];
}

/** The real world: the only place that reads the process's environment, clock, streams and signals. */
export function processContext(): Context {
  return {
    env: process.env,
    cwd: currentFolder(),
    platform: process.platform,
    pid: process.pid,
    parentPid: process.ppid,
    pidNamespace,
    program: { node: process.execPath, script: process.argv[1] ?? '' },
    uid: effectiveUser(),
    hostName: () => hostname(),
    homeFolder,
    temporaryFolder,
    stdout: processOutput(1, { stream: () => process.stdout, platform: process.platform }),
    stderr: processOutput(2, { stream: () => process.stderr, platform: process.platform }),
    get stdinIsTerminal() {
      return isTerminal(0);
    },
    ...processClock(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    onSignal,
    onFault,
    kill,
    ...windowsProcesses(),
  };
}

/** Our account, as the kernel checks it; undefined on Windows. For code that opens files without a context. */
export function effectiveUser(): number | undefined {
  return process.geteuid?.();
}

/** For code that works with files without a context. */
export function runsOnWindows(): boolean {
  return process.platform === 'win32';
}

/**
 * A program of Windows itself, by its whole path: by its name alone, Windows looks in the working folder first. For code
 * without a context.
 */
export function windowsProgram(name: string): string {
  return `${process.env.SystemRoot ?? 'C:\\Windows'}\\System32\\${name}`;
}

function processClock(): Pick<Context, 'instant' | 'began' | 'uniqueId'> {
  let known: string | undefined;
  const boot = () => {
    known ??= bootIdentity();
    return known;
  };
  const instant = () => ({
    wallMs: Date.now(),
    monotonicSeconds: Number(process.hrtime.bigint()) / 1e9,
    boot: boot(),
  });
  return {
    instant,
    began() {
      const sinceMs = process.uptime() * 1000;
      const now = instant();
      return {
        ...now,
        wallMs: Math.round(now.wallMs - sinceMs),
        monotonicSeconds: now.monotonicSeconds - sinceMs / 1000,
      };
    },
    // Boot, process and nanosecond: unique without loading a source of randomness.
    uniqueId: () =>
      `${boot().slice(0, 13)}-${process.pid.toString(36)}-${process.hrtime.bigint().toString(36)}`,
  };
}

function onSignal(signal: NodeJS.Signals, listener: () => void): () => void {
  try {
    process.on(signal, listener);
  } catch {
    return () => {}; // a signal that this platform does not know, or that cannot be caught
  }
  return () => void process.removeListener(signal, listener);
}

function onFault(listener: (error: unknown) => void): () => void {
  const kinds = ['uncaughtException', 'unhandledRejection'] as const;
  for (const kind of kinds) process.on(kind, listener);
  return () => {
    for (const kind of kinds) process.removeListener(kind, listener);
  };
}

function kill(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function windowsProcesses(): Pick<Context, 'createdMs' | 'ancestors'> {
  const known = new Map<number, number | null>();
  let restMs = 3000;
  const ask = ({ command, args }: ReturnType<typeof creationCall>): string => {
    if (process.platform !== 'win32' || restMs <= 0) return '';
    const { spawnSync } = require('node:child_process') as typeof import('node:child_process');
    const beganMs = performance.now();
    const { stdout } = spawnSync(command, args, {
      encoding: 'latin1',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: restMs,
      windowsHide: true,
    });
    restMs -= performance.now() - beganMs;
    return stdout ?? '';
  };
  return {
    createdMs(pid) {
      const found = known.get(pid);
      if (found !== undefined) return found;
      const created = readCreation(ask(creationCall(pid, process.env)));
      known.set(pid, created);
      return created;
    },
    ancestors: (pid) => readAncestry(ask(ancestryCall(pid, process.env))),
  };
}

/** Read only when needed, which most marks do not. */
function pidNamespace(): string | null {
  try {
    return readlinkSync('/proc/self') === String(process.pid) ? readlinkSync('/proc/self/ns/pid') : null;
  } catch {
    return null;
  }
}

/** A relative HOME would be another folder after each `cd`: then the home in the host's account list is used. */
function homeFolder(): string | null {
  try {
    const said = homedir();
    if (isAbsolute(said)) return said;
    const own = userInfo().homedir;
    return isAbsolute(own) ? own : null;
  } catch {
    return null;
  }
}

/** As `tmpdir` finds it, whose module most marks do not need. */
function temporaryFolder(): string {
  const { TMPDIR, TMP, TEMP } = process.env;
  const said = process.platform === 'win32' ? tmpdir() : TMPDIR || TMP || TEMP || '/tmp';
  return isAbsolute(said) ? said.replace(/(.)\/$/, '$1') : '/tmp';
}

/** A deleted working folder must not keep a command from running. */
function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
}

function bootIdentity(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    // No such file here: use the boot time, rounded enough to hide clock corrections.
    return `boot-${Math.round((Date.now() / 1000 - Number(process.hrtime.bigint()) / 1e9) / 60)}`;
  }
}
