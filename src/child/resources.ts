import { processStat, processTree, residentBytes, statField } from './procfs.ts';

/** The kernel shows CPU time to programs in hundredths of a second, whatever it counts in. */
const ticksPerSecond = 100;
const firstLookMs = 4;
const longestPauseMs = 1000;

/** Seconds of CPU that our ended children, and theirs, have used; null where the kernel does not say. */
export function childrenCpuSeconds(): number | null {
  const stat = processStat('self');
  const ticks =
    (stat?.[statField.childrenUserTicks] ?? Number.NaN) + (stat?.[statField.childrenSystemTicks] ?? 0);
  return Number.isNaN(ticks) ? null : ticks / ticksPerSecond;
}

/**
 * Looks at the memory of a process and all below it, in pauses that grow with its age and hold nothing open.
 * `stop` gives the highest sum of resident bytes that was seen, or the highest peak of one process if that is more;
 * null when nothing was seen.
 */
export function watchMemory(pid: number): { stop(): number | null } {
  let highest: number | null = null;
  let pauseMs = firstLookMs;
  let timer = setTimeout(look, pauseMs).unref();
  function look() {
    highest = higher(highest, treeMemoryBytes(pid));
    pauseMs = Math.min(pauseMs * 1.5, longestPauseMs);
    timer = setTimeout(look, pauseMs).unref();
  }
  return {
    stop() {
      clearTimeout(timer);
      return highest;
    },
  };
}

function treeMemoryBytes(root: number): number | null {
  let sum = 0;
  let highestOfOne = 0;
  for (const pid of processTree(root)) {
    const resident = residentBytes(pid);
    sum += resident?.now ?? 0;
    highestOfOne = Math.max(highestOfOne, resident?.peak ?? 0);
  }
  return highestOfOne === 0 ? null : Math.max(sum, highestOfOne);
}

function higher(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}
