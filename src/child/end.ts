import { constants } from 'node:os';
import type { Instant } from '../model.ts';

/** Why a command never ran. */
export interface StartFailure {
  readonly kind: 'not-found' | 'not-executable' | 'not-utf8';
  /** One line that names the command. */
  readonly message: string;
}

/** How a wrapped command ended, and what it used. */
export interface ChildEnd {
  /** Just before the process was created. */
  readonly startedAt: Instant;
  /** When we learned of its end, before doing anything else. */
  readonly endedAt: Instant;
  /** Null when it could not be started. */
  readonly pid: number | null;
  /** Null when a signal ended it or it never ran. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Whether `timeoutMs` passed first, whatever the end was. */
  readonly timedOut: boolean;
  readonly failure: StartFailure | null;
  /** What a shell would show: the code, 128+n after a signal, 124 after the timeout, 126 or 127. */
  readonly shellCode: number;
  /** User and system time of the process tree as far as it was waited for, in steps of 10 ms; null if unknown. */
  readonly cpuSeconds: number | null;
  /** Highest resident size seen of the process tree; null if unknown or if the process was too short to be seen. */
  readonly peakMemoryBytes: number | null;
  /** The end of its stderr, if a relay stores it. */
  readonly stderrTail: string | null;
  /** Settles when a signal arrives after the end: from then on only the record is waited for. */
  readonly interrupted: Promise<NodeJS.Signals>;
  /** Until this is called, signals that would end us before the record is written are held back. */
  readonly release: () => void;
}

/** The code a shell shows for an end. */
export function shellCodeOf(end: Pick<ChildEnd, 'exitCode' | 'signal' | 'timedOut' | 'failure'>): number {
  if (end.failure !== null) return end.failure.kind === 'not-found' ? 127 : 126;
  if (end.timedOut) return 124;
  if (end.signal !== null) return 128 + constants.signals[end.signal];
  return end.exitCode ?? 1;
}
