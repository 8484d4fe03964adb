import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { openSite, type Site } from './site.ts';
import { type Stand, type StandingScript, standStill } from './trap.ts';

/** What a signal does to a bash script with the EXIT trap of the contract, and what the ledger then says. */
const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
const targets = ['alone', 'group'] as const;
const stands: readonly Stand[] = ['wrapped', 'marked', 'waiting'];
const everyCase = stands.flatMap((stand) =>
  signals.flatMap((signal) => targets.map((target) => ({ stand, signal, target }))),
);
/** bash that waits for a command of its own leaves a SIGINT meant for it alone to that command, and goes on. */
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

/** What `finish --on-exit` writes for a code of 0, for 128 + the signal, or for the phase that the signal ended. */
const signalled =
  /^(SIG[A-Z]+|ended before finish, in extract|phase extract: (SIG[A-Z]+|exit code 1[0-9]{2}))$/;

describe('a script that a signal ends', () => {
  it.each(everyCase.filter(endsTheShell))(
    '$stand, by $signal to $target: is recorded as failed at once by its EXIT trap, and stays so whatever is killed later',
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

describe('a script that a signal does not end, but a SIGKILL two seconds later', () => {
  it.each(everyCase.filter((each) => !endsTheShell(each)))(
    '$stand, by $signal to $target: is recorded as failed by the next start',
    async ({ stand, signal, target }) => {
      const script = await standing(stand);
      script.signal(signal, target);
      expect(await script.endedWithin(2000)).toBe(false);
      await isAbandonedAfterKill(script, target);
    },
    120_000,
  );

  it.each(stands)(
    '%s, by SIGKILL to its group at once: is recorded as failed by the next start',
    async (stand) => {
      const script = await standing(stand);
      await isAbandonedAfterKill(script, 'group');
    },
    120_000,
  );
});

/** Kills the script, ends what it left running, and expects a later start to find it abandoned. */
async function isAbandonedAfterKill(script: StandingScript, target: 'alone' | 'group'): Promise<void> {
  script.signal('SIGKILL', target);
  expect(await script.endedWithin(20_000)).toBe(true);
  expect(row(script).deployment_status).toBe('in-progress');
  script.endTheRest();
  // Its last mark must be a second old, and what was ended just now may take a moment to be gone.
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

describe('a deployment whose shell was killed while a wrapped phase goes on', () => {
  it('is running, and the next start says so and leaves it open', async () => {
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
