import { runsOnWindows } from '../context.ts';

/** Windows refuses to open a file that a virus scanner or an exporter holds, and to put another one in its place. */
const codesOf = {
  open: ['EBUSY'],
  replace: ['EBUSY', 'EPERM', 'EACCES'],
} as const;

const patienceMs = 250;
const pauseMs = 10;

/**
 * Does it again on Windows for as long as another program holds the file, at most a quarter of a second. A file that may
 * not be opened at all is an error at once: with EPERM and EACCES only replacing is tried again.
 */
export function whileHeld<Result>(
  kind: keyof typeof codesOf,
  work: () => Result,
  isWindows = runsOnWindows(),
): Result {
  const codes: readonly string[] = codesOf[kind];
  for (let leftMs = isWindows ? patienceMs : 0; ; leftMs -= pauseMs) {
    try {
      return work();
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (leftMs <= 0 || !codes.includes(code)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
    }
  }
}
