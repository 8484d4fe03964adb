/** What becomes of the rollout on one host. */
export type Fate = 'success' | 'migration-failed' | 'unhealthy' | 'rolled-back-later';

export const versions = { before: '1.0.0', after: '2.0.0' } as const;

/** With the servers on the same machine; each with every push and scrape as in examples/fleet. */
const hostsOnTwoCores = 300;

/** How often the gateways are scraped and the rules evaluated: as in examples/fleet, or with Prometheus's own default. */
export function scrapeSecondsFor(hosts: number): number {
  return hosts > hostsOnTwoCores ? 60 : 15;
}

/** Whether every mark of the rollout on a host is pushed; otherwise its finish pushes all of them. */
export function pushesMarks(number: number): boolean {
  return number < hostsOnTwoCores;
}

/** 5 of 100 hosts do not get the new version. */
export function fateOf(number: number): Fate {
  const fates: Readonly<Record<number, Fate>> = {
    7: 'migration-failed',
    27: 'unhealthy',
    47: 'rolled-back-later',
  };
  return fates[number % 60] ?? 'success';
}

/** Seconds of a phase on a host: from 0.8 to 1.6 times as long, the same in every run. */
export function secondsOf(phase: 'extract' | 'venv_rebuild' | 'migration' | 'cutover', number: number) {
  const usual = { extract: 8, venv_rebuild: 45, migration: 12, cutover: 2 }[phase];
  return Math.round(usual * (0.8 + ((number * 37) % 81) / 100) * 1000) / 1000;
}
