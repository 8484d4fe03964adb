import type { ChildEnd } from '../child/end.ts';
import { isEndFromOutside } from '../child/windows.ts';
import type { FailurePolicy, StageResult } from '../marks.ts';
import { lastBytes, type StageErrorType } from '../model.ts';
import { redact, withoutPartialWord } from '../redact.ts';

/** The end of a wrapped command, as stored in the row of its phase. */
export function stageResult(
  end: ChildEnd,
  {
    judged,
    stderrTail,
    timeoutMs,
  }: { judged: FailurePolicy; stderrTail: string | null; timeoutMs: number | null },
): StageResult {
  const failed = end.shellCode !== 0;
  return {
    status: failed ? 'failed' : 'success',
    exitCode: end.failure !== null || end.timedOut ? end.shellCode : end.exitCode,
    signal: end.signal,
    errorType: failed ? errorType(end) : null,
    errorMessage: failed ? errorMessage(end, timeoutMs) : null,
    judged,
    cpuSeconds: end.cpuSeconds,
    memoryBytes: end.peakMemoryBytes,
    stderrTail,
  };
}

function errorType(end: ChildEnd): StageErrorType {
  if (end.timedOut) return 'timeout';
  if (end.signal !== null) return ['SIGINT', 'SIGTERM', 'SIGHUP'].includes(end.signal) ? 'canceled' : 'other';
  if (isEndFromOutside(end.exitCode)) return 'canceled';
  return end.failure === null ? 'exit_code' : 'other';
}

function errorMessage(end: ChildEnd, timeoutMs: number | null): string {
  if (end.failure !== null) return end.failure.message;
  if (end.timedOut) return `timed out after ${(timeoutMs ?? 0) / 1000} s`;
  return end.signal ?? `exit code ${end.exitCode}`;
}

/** More than is stored: a key, or the name of a value, may begin long before the end. */
export const readStderrBytes = 65_536;
const keptBytes = 4096;

/** The stored part of a command's stderr: secrets are redacted in the whole text, then its end is cut off. */
export function stderrTail(text: string): string {
  // Close to the limit: the beginning was cut away, perhaps within a value whose name is gone.
  const isCut = Buffer.byteLength(text) > readStderrBytes - 4;
  return lastBytes(redact(isCut ? withoutPartialWord(text) : text), keptBytes);
}
