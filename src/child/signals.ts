import type { ChildProcess } from 'node:child_process';
import type { Context } from '../context.ts';
import { processStat, statField } from './procfs.ts';

const passedOnAlways = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;
/** The terminal sends these to its whole foreground group, so the child has them already. */
const sentByTerminal = ['SIGINT', 'SIGQUIT'] as const;

export interface SignalRelay {
  /** The process that signals are passed on to. */
  deliverTo(child: ChildProcess): void;
  /** The next signal that arrives, whether passed on or not. */
  next(): Promise<NodeJS.Signals>;
  /** From here on, signals have their default effect again. */
  release(): void;
}

/**
 * Catches the signals that a wrapped command must get and that we must outlive. Called before the command starts:
 * signals that arrive earlier wait in the event loop. After the command's end they are dropped, so that the record can
 * be written.
 */
export function takeSignals(context: Context): SignalRelay {
  let child: ChildProcess | undefined;
  const waiting: ((signal: NodeJS.Signals) => void)[] = [];
  const take = (signal: NodeJS.Signals, isPassedOn: () => boolean) =>
    context.onSignal(signal, () => {
      if (isPassedOn()) child?.kill(signal);
      for (const tell of waiting.splice(0)) tell(signal);
    });
  // On Windows the console signals every process itself, and sending any signal would end the child at once.
  const never = context.platform === 'win32';
  const releases = [
    ...passedOnAlways.map((signal) => take(signal, () => !never)),
    ...sentByTerminal.map((signal) => take(signal, () => !never && !isInForeground(context))),
  ];
  return {
    deliverTo(process) {
      child = process;
    },
    next: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
      }),
    release() {
      for (const release of releases) release();
    },
  };
}

/** Whether we are in the foreground group of a terminal; if the kernel does not say, whether stdin is a terminal. */
function isInForeground(context: Context): boolean {
  const stat = processStat('self');
  if (stat === null) return context.stdinIsTerminal;
  return stat[statField.terminalForegroundGroup] === stat[statField.processGroup];
}
