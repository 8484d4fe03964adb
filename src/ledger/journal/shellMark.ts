import type { Mark, StageResult } from '../../marks.ts';
import { type Instant, phaseName } from '../../model.ts';
import { nothingMeasured, successfulResult } from '../marks/applyPhaseEnd.ts';

/** The clocks of the shell that wrote a line, as the program told it when the integration was loaded. */
export interface ShellClock {
  /** Whether the shell measures on the monotonic clock, and adds the offset: its times are right if the wall clock is set. */
  readonly isMonotonic: boolean;
  /** Wall time minus monotonic time, in milliseconds. */
  readonly offsetMs: number;
  readonly boot: string;
}

/** A line of the shell integration (src/shell/core.sh) or the PowerShell module, as a mark; null if it is not one. */
export function shellMark(line: Readonly<Record<string, unknown>>): { mark: Mark; clock: ShellClock } | null {
  const { deploymentId, caller, service, error } = line;
  const clock = clockOf(line.clock);
  const said = /^(\d{9,11})[.,](\d{6,10}) (\d+) phase-(start|end) (\S+)(?: (.*))?$/.exec(String(line.mark));
  if (said === null || clock === null || typeof deploymentId !== 'string' || typeof caller !== 'string')
    return null;
  const [, seconds = '', fraction = '', count = '', step, word = '', rest = ''] = said;
  const stage = phaseName(word);
  if (stage === null) return null;
  const wallMs = Number(`${seconds}${fraction.slice(0, 3)}.${fraction.slice(3, 6)}`);
  const at: Instant = { wallMs, monotonicSeconds: (wallMs - clock.offsetMs) / 1000, boot: clock.boot };
  const idAt = (stamp: string, number: string) =>
    `${clock.boot.slice(0, 13)}-s${pidOf(caller)}-${stamp}-${number}`;
  const markId = idAt(`${seconds}${fraction}`, count);
  const known = {
    markId,
    deploymentId,
    at,
    stage,
    service: typeof service === 'string' ? service : null,
    caller,
  };
  if (step === 'start')
    return { mark: { kind: 'phase-start', ...known, runId: markId, process: null, prober: null }, clock };
  const end = endOf(rest, typeof error === 'string' ? error : null);
  if (end === null) return null;
  const [stamp = '', number = ''] = end.run?.split('/') ?? [];
  const runId = end.run === null ? null : idAt(stamp.replace(/[.,]/, ''), number);
  return { mark: { ...nothingMeasured, kind: 'phase-end', ...known, runId, result: end.result }, clock };
}

function clockOf(text: unknown): ShellClock | null {
  const [offset = '', boot = '', kind] = String(text).split(' ');
  const offsetMs = Number(offset);
  if (offset === '' || boot === '' || !Number.isFinite(offsetMs)) return null;
  return { offsetMs, boot, isMonotonic: kind === 'monotonic' };
}

/** The PID in the token of a caller: `<boot>/<namespace>/<pid>/<start time>`. */
function pidOf(caller: string): string {
  return caller.split('/')[2] ?? '';
}

/** `<exit code or ->`, and for a function also how it affects the status and the start of its run. An error means failure. */
function endOf(text: string, error: string | null): { result: StageResult; run: string | null } | null {
  const said = /^(?:(-|\d{1,3})(?: (yes|allowed|no) (\d+[.,]\d+\/\d+))?)?$/.exec(text);
  if (said === null) return null;
  const [, code = '-', judged = 'yes', run = null] = said;
  const exitCode = code === '-' ? null : Number(code);
  const isCode = exitCode !== null && exitCode !== 0;
  const failed = isCode || error !== null;
  const result: StageResult = {
    ...successfulResult,
    status: failed ? 'failed' : 'success',
    exitCode,
    errorType: isCode ? 'exit_code' : failed ? 'other' : null,
    errorMessage: error ?? (isCode ? `exit code ${exitCode}` : null),
    judged: judged as StageResult['judged'],
  };
  return { result, run };
}

/** A difference that is only imprecision, and one that small corrections of a clock make in hours. */
const impreciseMs = 10;
const correctedMs = 100;

/**
 * The mark with a time on the monotonic clock of `now`. If the wall clock was set since the integration was loaded, it
 * is not known when: then only the wall time is used.
 */
export function onThisClock<Some extends Mark>(
  mark: Some,
  { clock, now }: { clock: ShellClock; now: Instant },
): Some {
  if (now.boot !== clock.boot || now.monotonicSeconds === null) return onWallClock(mark);
  if (clock.isMonotonic) return mark;
  const offsetMs = now.wallMs - now.monotonicSeconds * 1000;
  const differenceMs = Math.abs(offsetMs - clock.offsetMs);
  if (differenceMs < impreciseMs) return mark;
  if (differenceMs > correctedMs) return onWallClock(mark);
  return { ...mark, at: { ...mark.at, monotonicSeconds: (mark.at.wallMs - offsetMs) / 1000 } };
}

function onWallClock<Some extends Mark>(mark: Some): Some {
  return { ...mark, at: { ...mark.at, monotonicSeconds: null } };
}
