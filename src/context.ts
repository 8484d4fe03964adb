import { readFileSync, readlinkSync } from 'node:fs';
import { homedir, hostname, tmpdir, userInfo } from 'node:os';
import { isAbsolute } from 'node:path';
import type { Instant } from './model.ts';
import { isTerminal, processOutput } from './output.ts';

/** A stream the program writes to. */
export interface Output {
  /** Waits for a reader that is slow. What could not be written is told by `problem` alone. */
  write(text: string): void;
  /** The system's code for why something written to standard output is lost: `ENOSPC`, and `EPIPE` where the reader left; else null. */
  readonly problem: string | null;
  /** For decoration: never waits. False where not all of it was taken; then the next call may be for nothing too. */
  writeAtOnce(text: string): boolean;
  readonly isTerminal: boolean;
  /** Width in characters, where the stream is a terminal and knows it. */
  readonly columns: number | undefined;
}

/** Everything of the outside world that is not a file or a socket. The fake stands in test/support. */
export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  readonly pid: number;
  readonly parentPid: number;
  /** In which a pid means one process (`pid:[4026531836]`); null where there is none, or /proc is that of another. */
  pidNamespace(): string | null;
  /** What starts this program again: Node and its script. */
  readonly program: { readonly node: string; readonly script: string };
  /** Effective user id; undefined on Windows. */
  readonly uid: number | undefined;
  /** The host's own name, spelled as it spells itself. */
  hostName(): string;
  /** The account's folder, a whole path; null where it has none (a service account without HOME). */
  homeFolder(): string | null;
  /** A whole path. */
  temporaryFolder(): string;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdinIsTerminal: boolean;
  /** Now on both clocks. */
  instant(): Instant;
  /** When this process began: before Node was up, which is when the script said its word. */
  began(): Instant;
  /** A text that no other call on any host gives. */
  uniqueId(): string;
  sleep(ms: number): Promise<void>;
  /** Calls back on each delivery of a signal until the returned function is called. */
  onSignal(signal: NodeJS.Signals, listener: () => void): () => void;
  /** Calls back on what nobody caught, which then ends nothing, until the returned function is called. */
  onFault(listener: (error: unknown) => void): () => void;
  /** Sends a signal to a process; false when it is gone or not ours. */
  kill(pid: number, signal: NodeJS.Signals | 0): boolean;
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
    hostName: hostname,
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
  };
}

/** Our account, as the kernel checks it; undefined on Windows. For what opens files without a context. */
export function effectiveUser(): number | undefined {
  return process.geteuid?.();
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
    return () => {}; // a signal this platform does not know, or nobody may take
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

/** Asked where it is needed, which is not on the way of every mark. */
function pidNamespace(): string | null {
  try {
    return readlinkSync('/proc/self') === String(process.pid) ? readlinkSync('/proc/self/ns/pid') : null;
  } catch {
    return null;
  }
}

/** A HOME that is no whole path would be another folder after each `cd`: the host's list says it then. */
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

function temporaryFolder(): string {
  return isAbsolute(tmpdir()) ? tmpdir() : '/tmp';
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
    // No such file here: the boot's own time, in steps wide enough for clock corrections.
    return `boot-${Math.round((Date.now() / 1000 - Number(process.hrtime.bigint()) / 1e9) / 60)}`;
  }
}
