import type { ContainerUse } from '../../ledger/collected/containers.ts';
import { object } from './containerState.ts';

/**
 * Reads the engine's `stats`: nanoseconds of CPU since the start, and memory. Values that are 0 or missing are unknown.
 */
export function containerUse(containerId: string, stats: unknown): ContainerUse {
  const root = object(stats);
  const nanoseconds = object(object(root.cpu_stats).cpu_usage).total_usage;
  const memory = object(root.memory_stats);
  // Control groups of version 1 store the peak themselves.
  const bytes = Math.max(figure(memory.max_usage), figure(memory.usage));
  const cpuNanoseconds = figure(nanoseconds);
  return {
    containerId,
    cpuSeconds: cpuNanoseconds === 0 ? null : cpuNanoseconds / 1e9,
    memoryBytes: bytes === 0 ? null : bytes,
  };
}

function figure(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;
}
