import type { ChildProcess, SpawnOptions } from 'node:child_process';
import type { SpawnCall } from '../child/windows.ts';
import type { Context } from '../context.ts';
import { keepRawBytes } from '../ownEnvironment.ts';
import { type Probe, settleWithin } from './attempt.ts';
import type { OpenExchange } from './exchange.ts';
import { type Finding, finding } from './finding.ts';
import { quoted } from './quoted.ts';

export interface CommandCheck {
  readonly file: string;
  readonly args: readonly string[];
}

/**
 * A check by command: healthy if it exits with 0 in time. It has its own process group, which is killed at the deadline
 * or when a signal ends us; its output is discarded.
 */
export function createCommandProbe(context: Context, command: CommandCheck): Probe {
  return async (timeoutMs) => {
    const { spawn } = await import('node:child_process');
    const call = keepRawBytes({ command: command.file, args: command.args, env: context.env });
    if ('refused' in call) {
      const found = finding('command_failed', `${quoted(command.file)} was not run: ${call.refused}`);
      return settleWithin(context, { timeoutMs, open: refused(found) });
    }
    const options: SpawnOptions = {
      // A name that is not UTF-8 cannot be passed: our own folder is inherited.
      ...(context.cwd.includes('\uFFFD') ? {} : { cwd: context.cwd }),
      env: call.env,
      stdio: 'ignore',
      detached: context.platform !== 'win32',
      windowsHide: true,
    };
    try {
      const run = await callOf(context, { command: call.command, args: call.args, options });
      const start = () => spawn(run.command, run.args, run.options);
      return await settleWithin(context, { timeoutMs, open: openCommand(context, { command, start }) });
    } catch (error) {
      const found = spawnFinding(error as NodeJS.ErrnoException, quoted(command.file));
      return settleWithin(context, { timeoutMs, open: refused(found) });
    }
  };
}

/** Throws as `spawn` reports it: a batch file needs cmd.exe on Windows, and nothing else may get it. */
async function callOf({ platform }: Context, call: SpawnCall): Promise<SpawnCall> {
  if (platform !== 'win32') return call;
  const { windowsSpawnCall } = await import('../child/windows.ts');
  return windowsSpawnCall(call);
}

function refused(found: Finding): OpenExchange {
  return (settle) => {
    settle(found);
    return { late: () => found, cancel: () => {} };
  };
}

function openCommand(
  context: Context,
  { command, start }: { command: CommandCheck; start: () => ChildProcess },
): OpenExchange {
  return (settle) => {
    const child = start();
    const name = quoted(command.file);
    const forget = endWithUs(context, child);
    child.on('error', (error: NodeJS.ErrnoException) => {
      forget();
      settle(spawnFinding(error, name));
    });
    child.on('exit', (code, signal) => {
      forget();
      settle(exitFinding(name, { code, signal }));
    });
    return {
      late: (timeoutMs) => finding('timeout', `${name} did not end within ${Math.round(timeoutMs) / 1000} s`),
      cancel: () => killGroup(context, child),
    };
  };
}

/** Outside our group it would survive a Ctrl-C: a signal that ends us ends it first. */
function endWithUs(context: Context, child: ChildProcess): () => void {
  const releases = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) =>
    context.onSignal(signal, () => {
      killGroup(context, child);
      forget();
      context.kill(context.pid, signal);
    }),
  );
  function forget(): void {
    for (const release of releases) release();
  }
  return forget;
}

function killGroup(context: Context, child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (context.platform !== 'win32') {
    context.kill(-child.pid, 'SIGKILL');
    return;
  }
  void import('../child/deadline.ts').then(({ endTree }) => endTree(context, child, 'SIGKILL'));
}

function spawnFinding(error: NodeJS.ErrnoException, name: string): Finding {
  if (error.code === 'ENOENT') return finding('command_not_found', `the command ${name} was not found`);
  return finding('command_failed', `the command ${name} cannot be run (${error.code ?? error.message})`);
}

function exitFinding(name: string, end: { code: number | null; signal: NodeJS.Signals | null }): Finding {
  if (end.code === 0) return finding('healthy', `${name} exited with 0`);
  const how = end.signal === null ? `exited with ${end.code}` : `was ended by ${end.signal}`;
  return finding('command_failed', `${name} ${how}; expected 0`);
}
