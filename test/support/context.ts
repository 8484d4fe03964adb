import { tmpdir } from 'node:os';
import type { Context, Output } from '../../src/context.ts';
import type { Instant } from '../../src/model.ts';

/** An output that stores what was written to it. */
export interface CollectedOutput extends Output {
  readonly text: string;
}

/** A Context of its own small world: time passes only by `sleep` and `advance`. */
export interface FakeContext extends Context {
  readonly stdout: CollectedOutput;
  readonly stderr: CollectedOutput;
  /** Every signal that was sent, oldest first. */
  readonly kills: readonly { readonly pid: number; readonly signal: NodeJS.Signals | 0 }[];
  /** Moves both clocks forward. */
  advance(ms: number): void;
  /** Sets wall time alone, as a clock correction does. */
  setWallTime(time: string | number): void;
  /** Another boot: the monotonic clock starts again. */
  reboot(boot?: string): void;
  /** Delivers a signal to its listeners; returns whether there were any. */
  raise(signal: NodeJS.Signals): boolean;
}

export interface FakeTerminal {
  readonly isTerminal?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  /** Why nothing can be written to it. */
  readonly problem?: string;
}

export interface FakeOverrides extends Partial<Omit<Context, 'stdout' | 'stderr'>> {
  /** Start of wall time, ISO 8601 or Unix milliseconds; default 2026-01-15T10:00:00Z. */
  readonly now?: string | number;
  readonly boot?: string;
  readonly stdout?: FakeTerminal;
  readonly stderr?: FakeTerminal;
  /** The running processes, for `kill(pid, 0)`; default: our own and our parent. */
  readonly livingPids?: Iterable<number>;
}

/**
 * A Context for tests: settable clock, `sleep` that advances it immediately, collected output, empty
 * environment, no terminal; Linux, host `web-1`, PID 4242, UID 1000; `uniqueId` counts. `kill` reaches only
 * `livingPids` and is recorded in `kills`.
 */
export function fakeContext(overrides: FakeOverrides = {}): FakeContext {
  const { now, boot, stdout, stderr, livingPids, ...plain } = overrides;
  const clock = fakeClock(now ?? '2026-01-15T10:00:00.000Z', boot ?? 'boot-1');
  const signals = fakeSignals();
  const base = {
    env: {},
    cwd: '/',
    platform: 'linux' as const,
    pid: 4242,
    parentPid: 4241,
    pidNamespace: () => 'pid:[1]',
    uid: 1000,
    program: { node: '/usr/bin/node', script: '/opt/deploytrack/bin/deploytrack.js' },
    ...plain,
  };
  const living = new Set(livingPids ?? [base.pid, base.parentPid]);
  let uniqueIds = 0;
  const kills: { pid: number; signal: NodeJS.Signals | 0 }[] = [];
  return {
    stdinIsTerminal: false,
    hostName: () => 'web-1',
    homeFolder: () => '/home/deploy',
    temporaryFolder: () => tmpdir(),
    uniqueId: () => `unique-${++uniqueIds}`,
    ...clock,
    ...signals,
    onFault: () => () => {},
    createdMs: () => null,
    ancestors: () => [],
    kills,
    kill(pid, signal) {
      kills.push({ pid, signal });
      return living.has(pid);
    },
    ...base,
    stdout: collectedOutput(stdout),
    stderr: collectedOutput(stderr),
  };
}

function fakeClock(now: string | number, firstBoot: string) {
  let wallMs = new Date(now).getTime();
  let monotonicSeconds = 1000;
  let boot = firstBoot;
  const advance = (ms: number) => {
    wallMs += ms;
    monotonicSeconds += ms / 1000;
  };
  return {
    instant: (): Instant => ({ wallMs, monotonicSeconds, boot }),
    began: (): Instant => ({ wallMs, monotonicSeconds, boot }),
    advance,
    sleep: async (ms: number) => advance(ms),
    setWallTime: (time: string | number) => {
      wallMs = new Date(time).getTime();
    },
    reboot: (name = `${boot}'`) => {
      boot = name;
      monotonicSeconds = 10;
    },
  };
}

function fakeSignals() {
  const listeners = new Map<NodeJS.Signals, Set<() => void>>();
  return {
    onSignal(signal: NodeJS.Signals, listener: () => void) {
      const set = listeners.get(signal) ?? new Set();
      listeners.set(signal, set.add(listener));
      return () => void set.delete(listener);
    },
    raise(signal: NodeJS.Signals) {
      const set = [...(listeners.get(signal) ?? [])];
      for (const listener of set) listener();
      return set.length > 0;
    },
  };
}

function collectedOutput(terminal: FakeTerminal = {}): CollectedOutput {
  let text = '';
  let problem: string | null = null;
  const take = (more: string): boolean => {
    if (more !== '') problem = terminal.problem ?? null;
    if (problem === null) text += more;
    return problem === null;
  };
  return {
    write: (more) => void take(more),
    writeAtOnce: take,
    get problem() {
      return problem;
    },
    isTerminal: terminal.isTerminal ?? false,
    columns: terminal.columns,
    rows: terminal.rows,
    get text() {
      return text;
    },
  };
}
