import { readFileSync, writeSync } from 'node:fs';
import { homedir, hostname, tmpdir, userInfo } from 'node:os';
import { isAbsolute } from 'node:path';
import type { Instant } from './model.ts';

/** A stream the program writes to. */
export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Width in characters, where the stream is a terminal. */
  readonly columns: number | undefined;
}

/** Everything of the outside world that is not a file or a socket. The fake stands in test/support. */
export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  readonly pid: number;
  readonly parentPid: number;
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
    program: { node: process.execPath, script: process.argv[1] ?? '' },
    uid: process.geteuid?.(),
    hostName: hostname,
    homeFolder,
    temporaryFolder,
    stdout: output(1, () => process.stdout),
    stderr: output(2, () => process.stderr),
    get stdinIsTerminal() {
      return isTerminal(0);
    },
    ...processClock(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    onSignal,
    kill,
  };
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
      const sinceMs = performance.now();
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

function kill(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
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

function output(descriptor: 1 | 2, stream: () => NodeJS.WriteStream): Output {
  return {
    write: (text) => writeAll(descriptor, text),
    get isTerminal() {
      return isTerminal(descriptor);
    },
    get columns() {
      return isTerminal(descriptor) ? stream().columns : undefined;
    },
  };
}

/** The module brings half of Node's network code along: loaded where somebody asks. */
function isTerminal(descriptor: number): boolean {
  return process.getBuiltinModule('node:tty').isatty(descriptor);
}

/** Whole and in order, also into a pipe that is full; a reader that went away is no error of ours. */
function writeAll(descriptor: number, text: string): void {
  let rest = Buffer.from(text, 'utf8');
  const pause = new Int32Array(new SharedArrayBuffer(4));
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      Atomics.wait(pause, 0, 0, 5);
    }
  }
}
