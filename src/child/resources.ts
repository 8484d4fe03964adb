import { processStat, processTree, residentBytes, statField } from './procfs.ts';

/** The kernel reports CPU time to programs in hundredths of a second, whatever its own unit. */
const ticksPerSecond = 100;
const firstLookMs = 4;
const longestPauseMs = 1000;

/** CPU seconds used by our ended children and their children; null if the kernel does not report it. */
export function childrenCpuSeconds(): number | null {
  const stat = processStat('self');
  const ticks =
    (stat?.[statField.childrenUserTicks] ?? Number.NaN) + (stat?.[statField.childrenSystemTicks] ?? 0);
  return Number.isNaN(ticks) ? null : ticks / ticksPerSecond;
}

/**
 * Samples the memory of a process and all below it, in intervals that grow with its age and do not keep Node running.
 * `stop` returns the highest sum of resident bytes seen, or the highest peak of one process if that is larger; null if
 * nothing was seen.
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
