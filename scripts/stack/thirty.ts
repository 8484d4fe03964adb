import { createHash } from 'node:crypto';
import type { Program } from '../../test/support/program.ts';
import { type SwitchedService, startSwitchedService } from '../../test/support/switchedService.ts';

/** Two hosts with one environment each, alternating. */
export const places = [
  ['--instance', 'host-1', '--deployment', 'shop', '--environment', 'production'],
  ['--instance', 'host-2', '--deployment', 'shop', '--environment', 'staging'],
] as const;

const count = 30;

/**
 * Thirty deployments, one after the other: the seventh of each ten fails, the ninth is rolled back, one has a
 * warning.
 */
export async function playThirty(program: Program, say: (line: string) => void): Promise<void> {
  const service = await startSwitchedService('0.0.0');
  try {
    for (let number = 1; number <= count; number += 1) {
      await playOne(number, { program, service });
      if (number % 10 === 0) say(`${number} of ${count} deployments are played`);
    }
  } finally {
    service.stop();
  }
}

async function playOne(
  number: number,
  { program, service }: { program: Program; service: SwitchedService },
): Promise<void> {
  const version = `1.${number}.0`;
  const place = places[number % places.length] ?? places[0];
  const triggered = new Date(Date.now() - (60 + 17 * number) * 1000).toISOString();
  const { stdout } = await program.run([
    'start',
    ...place,
    ...['--version', version, '--commit', commitOf(version), '--method', 'ci'],
    ...['--url', `https://ci.example/shop/runs/${number}`, '--triggered-at', triggered],
  ]);
  const mark = async (...words: string[]) =>
    (await program.run(words, { env: { DEPLOYTRACK_ID: stdout.trim() } })).code === 0;
  await mark('phase', 'record', 'build', '--duration', `${20 + (number % 7) * 9}s`);
  const migrated = await mark('migrate', '--count', '2', '--', number % 10 === 7 ? 'false' : 'true');
  if (!migrated) return void (await mark('finish', '--exit-code', '1'));
  await mark('cutover', '--', ...service.switchTo(version));
  // Only some scripts do these, so that thirty can be played in two minutes.
  if (number % 2 === 0)
    await mark('health', service.healthUrl, '--interval', '100ms', '--timeout', '5s', '--consecutive', '2');
  if (number % 5 === 0) await mark('smoke', 'login', number % 10 === 5 ? '--failed' : '--passed');
  if (number % 3 === 0) await mark('cost', 'compute', (0.2 + (number % 4) / 10).toFixed(2));
  const isTakenBack = number % 10 === 9;
  if (isTakenBack || number % 3 === 0) await mark('error-rate', isTakenBack ? '0.12' : '0.004');
  await mark('finish', ...(number % 10 === 5 ? ['--status', 'warning'] : []));
  if (isTakenBack) await mark('rollback', '--reason', 'error_rate');
}

/** Looks like a commit, and is the same for the same version. */
function commitOf(version: string): string {
  return createHash('sha1').update(version).digest('hex');
}
