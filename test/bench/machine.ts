import { cpus, release, totalmem } from 'node:os';

/** `AMD EPYC, 2 cores, 8 GiB, Linux 6.1.0; with zsh 5.9, hyperfine 1.15.0.` */
export function measuredWith(versions: readonly string[]): string {
  const [{ model } = { model: 'unknown CPU' }] = cpus();
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  const machine = `${model.trim()}, ${cpus().length} cores, ${gibibytes} GiB, Linux ${release()}`;
  return versions.length === 0 ? `${machine}.` : `${machine}; with ${versions.join(', ')}.`;
}
