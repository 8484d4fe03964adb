import { availableParallelism, loadavg } from 'node:os';

/**
 * How busy the host is, as a share of its cores (1: every core has work): the load average of a minute, which looks back
 * over the deployment; where the system keeps none (Windows), what half a second shows.
 */
export async function hostLoad(platform: NodeJS.Platform): Promise<number> {
  if (platform !== 'win32') return rounded((loadavg()[0] ?? 0) / availableParallelism());
  const { currentLoad } = await import('systeminformation');
  return rounded((await currentLoad()).currentLoad / 100);
}

function rounded(share: number): number {
  return Math.round(share * 1000) / 1000;
}
