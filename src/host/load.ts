import { availableParallelism, type CpuInfo, cpus, loadavg } from 'node:os';

/** Time that all cores have worked, and all time that they had, in ms since the boot. */
export interface CpuTimes {
  readonly busyMs: number;
  readonly totalMs: number;
}

/**
 * How busy the host is, as a ratio of its cores (1: every core is busy): the load average of one minute, which covers
 * the deployment. If the system has none (Windows), the share of their time that the cores have worked since the
 * deployment began; null if that is unknown.
 */
export function hostLoad(platform: NodeJS.Platform, began: CpuTimes | null): number | null {
  if (platform !== 'win32') return rounded((loadavg()[0] ?? 0) / availableParallelism());
  return began === null ? null : loadSince(began, timesOf(cpus()));
}

/** What the load is measured from at the start of a deployment; null if the system has a load average. */
export function cpuTimes(platform: NodeJS.Platform): CpuTimes | null {
  return platform === 'win32' ? timesOf(cpus()) : null;
}

export function timesOf(cores: readonly Pick<CpuInfo, 'times'>[]): CpuTimes {
  const sum = (some: readonly number[]) => some.reduce((total, one) => total + one, 0);
  const totalMs = sum(cores.map(({ times }) => sum(Object.values(times))));
  return { busyMs: totalMs - sum(cores.map(({ times }) => times.idle)), totalMs };
}

/** Null if no time has passed on this boot: the clocks of the cores begin again with each. */
export function loadSince(began: CpuTimes, now: CpuTimes): number | null {
  const [busyMs, totalMs] = [now.busyMs - began.busyMs, now.totalMs - began.totalMs];
  return totalMs <= 0 || busyMs < 0 ? null : rounded(Math.min(busyMs / totalMs, 1));
}

function rounded(share: number): number {
  return Math.round(share * 1000) / 1000;
}
