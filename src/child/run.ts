import type { ChildProcess } from 'node:child_process';
import type { Context } from '../context.ts';
import type { Instant } from '../model.ts';
import { keepRawBytes } from '../ownEnvironment.ts';
import { setDeadline } from './deadline.ts';
import { type ChildEnd, type StartFailure, shellCodeOf } from './end.ts';
import { startFailure, utf8Failure } from './failure.ts';
import type { Relay } from './relay.ts';
import { childrenCpuSeconds, watchMemory } from './resources.ts';
import { takeSignals } from './signals.ts';
import { type SpawnCall, signedCode, windowsSpawnCall } from './windows.ts';

export interface ChildRequest {
  readonly command: string;
  readonly args: readonly string[];
  /** Complete environment of the child. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** After this, SIGTERM to the command and all below it; the end is then `timedOut`, whatever it was. */
  readonly timeoutMs?: number;
  /** From SIGTERM to SIGKILL; default 10 s. */
  readonly graceMs?: number;
  /** Puts pipes into the command's output (`openRelay`); otherwise the command gets our own streams. */
  readonly relay?: (context: Context) => Relay;
}

export interface RunningChild {
  /** Null when it could not be started. */
  readonly pid: number | null;
  readonly startedAt: Instant;
  /** Never rejects: a command that cannot be started is an end with a `failure`. */
  readonly ended: Promise<ChildEnd>;
}

/**
 * Starts a command in our place: our streams, working folder and process group; arguments and environment unchanged.
 * From here until `ChildEnd.release` signals are caught: those meant for the command are passed on, none ends us.
 */
export function startChild(context: Context, request: ChildRequest): RunningChild {
  const refusal = utf8Failure(request.command, request.args);
  const signals = takeSignals(context);
  const relay = refusal === null && request.relay !== undefined ? request.relay(context) : ownStreams;
  const cpuBefore = childrenCpuSeconds();
  const startedAt = context.instant();
  const spawned = refusal ?? tryToSpawn(context, request, relay.stdio);
  const child = isChild(spawned) ? spawned : null;
  const pid = child?.pid ?? null;
  if (child !== null) signals.deliverTo(child);
  relay.attach(child);
  const deadline = child === null ? null : setDeadline(context, child, request);
  const memory = pid === null ? null : watchMemory(pid);

  const finish = async (): Promise<ChildEnd> => {
    const over = await whenOver({ context, spawned, command: request.command });
    const timedOut = deadline?.cancel() ?? false;
    const cpuSeconds = pid === null ? null : difference(cpuBefore, childrenCpuSeconds());
    const peakMemoryBytes = memory?.stop() ?? null;
    // Without us the command would live until all its output is read, and a signal would end it.
    const late = await Promise.race([relay.finish(), signals.next()]);
    const end = { ...over, ...(late === null ? {} : { exitCode: null, signal: late }), timedOut };
    const used = { cpuSeconds, peakMemoryBytes, stderrTail: relay.stderrTail() };
    const ours = { interrupted: signals.next(), release: signals.release };
    return { startedAt, pid, ...end, shellCode: shellCodeOf(end), ...used, ...ours };
  };
  return { pid, startedAt, ended: finish() };
}

const ownStreams: Relay = {
  stdio: ['inherit', 'inherit', 'inherit'],
  attach: () => {},
  finish: async () => null,
  stderrTail: () => null,
};

type Spawned = ChildProcess | StartFailure;

function isChild(spawned: Spawned): spawned is ChildProcess {
  return !('kind' in spawned);
}

/** `spawn` throws some start errors and emits others; both become a failure. */
function tryToSpawn(context: Context, request: ChildRequest, stdio: Relay['stdio']): Spawned {
  try {
    const kept = keepRawBytes(request);
    if ('refused' in kept)
      return { kind: 'not-utf8', message: `${request.command}: not run, ${kept.refused}` };
    const call: SpawnCall = {
      command: kept.command,
      args: kept.args,
      options: { env: kept.env, stdio: [...stdio] },
    };
    const { command, args, options } = context.platform === 'win32' ? windowsSpawnCall(call) : call;
    // Loaded here, so that marks that start no process do not load it.
    const { spawn } = require('node:child_process') as typeof import('node:child_process');
    return spawn(command, args, options);
  } catch (error) {
    return startFailure(request.command, error as NodeJS.ErrnoException);
  }
}

type Over = Pick<ChildEnd, 'endedAt' | 'exitCode' | 'signal' | 'failure'>;

function whenOver(run: { context: Context; spawned: Spawned; command: string }): Promise<Over> {
  const { context, spawned, command } = run;
  const never = (failure: StartFailure) => ({
    endedAt: context.instant(),
    exitCode: null,
    signal: null,
    failure,
  });
  return new Promise((resolve) => {
    if (!isChild(spawned)) return resolve(never(spawned));
    // An error after the start concerns a signal that could not be sent; the command keeps running.
    spawned.on('error', (error) => spawned.pid === undefined && resolve(never(startFailure(command, error))));
    spawned.on('exit', (code, signal) => {
      const exitCode = context.platform === 'win32' ? signedCode(code) : code;
      resolve({ endedAt: context.instant(), exitCode, signal, failure: null });
    });
  });
}

function difference(before: number | null, after: number | null): number | null {
  return before === null || after === null ? null : Math.round((after - before) * 100) / 100;
}
