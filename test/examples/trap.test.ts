import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { openSite, type Site } from './site.ts';
import { type Stand, type StandingScript, standStill } from './trap.ts';

/** What a signal does to a bash script with the EXIT trap of the contract, and what the ledger then shows. */
const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
const targets = ['alone', 'group'] as const;
const stands: readonly Stand[] = ['wrapped', 'marked', 'waiting'];
const everyCase = stands.flatMap((stand) =>
  signals.flatMap((signal) => targets.map((target) => ({ stand, signal, target }))),
);
/** If only bash gets SIGINT while it waits for a command, it waits for that command and continues. */
const endsTheShell = ({ stand, signal, target }: (typeof everyCase)[number]) =>
  stand === 'waiting' || signal !== 'SIGINT' || target === 'group';

let site: Site;
const started: StandingScript[] = [];

beforeAll(async () => {
  site = await openSite();
});

afterAll(() => {
  for (const script of started) script.endTheRest();
  site.close();
});

async function standing(stand: Stand): Promise<StandingScript> {
  const script = await standStill(site, stand);
  started.push(script);
  return script;
}

function row(script: StandingScript): Record<string, unknown> {
  const columns = 'deployment_status, error_message, deployment_completed_at';
  return site.query(`SELECT ${columns} FROM deployment_metrics WHERE version = '${script.version}'`)[0] ?? {};
}

/**
 * The error that `finish --on-exit` records for a code of 0, for 128 + the signal, or for the phase that the
 * signal ended.
 */
const signalled =
  /^(SIG[A-Z]+|ended before finish, in extract|phase extract: (SIG[A-Z]+|exit code 1[0-9]{2}))$/;

describe('Script that is ended by a signal', () => {
  it.each(everyCase.filter(endsTheShell))(
    'a script ($stand) ended by $signal to $target is recorded as failed by its EXIT trap, and stays so',
    async ({ stand, signal, target }) => {
      const script = await standing(stand);
      script.signal(signal, target);
      expect(await script.endedWithin(20_000)).toBe(true);
      const recorded = row(script);
      expect(recorded).toMatchObject({
        deployment_status: 'failed',
        error_message: expect.stringMatching(signalled),
      });
      script.endTheRest();
      await startsNext();
      expect(row(script)).toEqual(recorded);
    },
    120_000,
  );
});

describe('Script that survives a signal and is killed later', () => {
  it.each(everyCase.filter((each) => !endsTheShell(each)))(
    'a script ($stand) that survives $signal to $target and is killed later is recorded as failed by the next start',
    async ({ stand, signal, target }) => {
      const script = await standing(stand);
      script.signal(signal, target);
      expect(await script.endedWithin(2000)).toBe(false);
      await isAbandonedAfterKill(script, target);
    },
    120_000,
  );

  it.each(stands)(
    'a script (%s) ended by SIGKILL to its group is recorded as failed by the next start',
    async (stand) => {
      const script = await standing(stand);
      await isAbandonedAfterKill(script, 'group');
    },
    120_000,
  );
});

/** Kills the script and what it left running, and expects a later start to close it as abandoned. */
async function isAbandonedAfterKill(script: StandingScript, target: 'alone' | 'group'): Promise<void> {
  script.signal('SIGKILL', target);
  expect(await script.endedWithin(20_000)).toBe(true);
  expect(row(script).deployment_status).toBe('in-progress');
  script.endTheRest();
  // Its last mark must be a second old, and killed processes may take a moment to disappear.
  await eventually(async () => {
    await startsNext();
    return row(script).deployment_status === 'failed' || undefined;
  });
  expect(row(script)).toMatchObject({ deployment_status: 'failed', error_message: 'abandoned' });
}

async function startsNext(): Promise<void> {
  const words = ['start', '--deployment', 'traps', '--version', 'next', '--abandon-after', '1s'];
  expect(await site.run('deploytrack', words)).toMatchObject({ code: 0 });
}

describe('Shell killed during a wrapped phase', () => {
  it('a deployment whose wrapped phase still runs is left open by the next start, with a warning', async () => {
    const script = await standing('wrapped');
    script.signal('SIGKILL', 'alone');
    expect(await script.endedWithin(20_000)).toBe(true);
    const next = await site.run('deploytrack', [
      'start',
      '--deployment',
      'traps',
      '--version',
      'after',
      '--abandon-after',
      '1ms',
    ]);
    const [open] = site.query(
      `SELECT deployment_id FROM deployment_metrics WHERE version = '${script.version}'`,
    );
    expect(next.code).toBe(0);
    expect(next.stderr).toContain(String(open?.deployment_id));
    expect(row(script).deployment_status).toBe('in-progress');
    script.endTheRest();
  }, 120_000);
});
