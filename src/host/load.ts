import { availableParallelism, loadavg } from 'node:os';

/**
 * How busy the host is, as a ratio of its cores (1: every core is busy): the load average of one minute, which covers
 * the deployment; if the system has none (Windows), a sample of half a second.
 */
export async function hostLoad(platform: NodeJS.Platform): Promise<number> {
  if (platform !== 'win32') return rounded((loadavg()[0] ?? 0) / availableParallelism());
  const { currentLoad } = await import('systeminformation');
  return rounded((await currentLoad()).currentLoad / 100);
}

function rounded(share: number): number {
  return Math.round(share * 1000) / 1000;
}
