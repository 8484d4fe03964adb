import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { initStore } from '../../src/fleet/initStore.ts';
import { queryAt } from '../../src/fleet/queryStore.ts';
import { readSlice } from '../../src/fleet/slice.ts';
import { readStorePhases } from '../../src/fleet/stats/phaseTimes.ts';
import type { Query } from '../../src/fleet/stats/query.ts';
import { readStoreBreakdown } from '../../src/fleet/stats/storeBreakdown.ts';
import { readStoreBudget } from '../../src/fleet/stats/storeBudget.ts';
import { readStoreDelivery } from '../../src/fleet/stats/storeDelivery.ts';
import { readFiguresOf } from '../../src/fleet/stats/storeFigures.ts';
import { readStorePeriod } from '../../src/fleet/stats/storePeriod.ts';
import { readStoreRegressions } from '../../src/fleet/stats/storeRegressions.ts';
import { storeAddress } from '../../src/fleet/storeAddress.ts';
import { readBreakdown } from '../../src/ledger/analytics/breakdown.ts';
import { readBudget } from '../../src/ledger/analytics/budget.ts';
import { readDelivery } from '../../src/ledger/analytics/dora.ts';
import { readFigures } from '../../src/ledger/analytics/figures.ts';
import { readPeriod } from '../../src/ledger/analytics/periodReport.ts';
import { readPhaseTimes } from '../../src/ledger/analytics/phaseTimes.ts';
import { readRegressions } from '../../src/ledger/analytics/regressions.ts';
import type { Database } from '../../src/ledger/file/addon.ts';
import { readHistory } from '../../src/ledger/read/deployments.ts';
import type { LimitedFilter } from '../../src/ledger/read/filter.ts';
import { ledgerWorld } from '../ledger/ledgerWorld.ts';
import { scriptOf } from '../ledger/script.ts';
import { because } from '../support/because.ts';
import { fakeContext } from '../support/context.ts';
import { type Postgres, postgresPrograms, startPostgres } from '../support/postgres.ts';
import { syncFrom } from './storeWorld.ts';

vi.setConfig({ testTimeout: 300_000 });

interface Step {
  readonly host: number;
  readonly deployment: 'shop' | 'worker';
  readonly environment: 'production' | 'staging';
  readonly version: number;
  readonly seconds: number;
  readonly bad: number;
  readonly code: 0 | 1;
  readonly ends: boolean;
  readonly rolledBack: 'no' | 'health_check_failed' | 'errors';
  readonly pause: number;
}

const hosts = ['web-1', 'web-2', 'web-3'];

const anyStep: fc.Arbitrary<Step> = fc.record({
  host: fc.nat(hosts.length - 1),
  deployment: fc.constantFrom('shop', 'worker'),
  environment: fc.constantFrom('production', 'staging'),
  version: fc.nat(6),
  seconds: fc.integer({ min: 1, max: 40 }),
  bad: fc.nat(2),
  code: fc.constantFrom(0, 0, 0, 1),
  ends: fc.constantFrom(true, true, true, true, false),
  rolledBack: fc.constantFrom('no', 'no', 'no', 'health_check_failed', 'errors'),
  // Hours, so that a month has some of them and not all.
  pause: fc.integer({ min: 1, max: 60 }),
});

const began = Date.parse('2026-03-01T00:00:00Z');

/** Tells every step to the ledger of its host. Ledgers of their own for `hosts`, or one for all. */
function told(steps: readonly Step[], { together }: { together: boolean }) {
  const worlds = together
    ? [ledgerWorld({ now: began })]
    : hosts.map((name) => ledgerWorld({ now: began, hostName: () => name }));
  let nowMs = began;
  for (const [at, step] of steps.entries()) {
    const world = worlds[together ? 0 : step.host] ?? worlds[0];
    if (world === undefined) continue;
    const name = hosts[step.host] ?? '';
    world.context.setWallTime(new Date(nowMs).toISOString());
    const script = scriptOf(world, `deployment-${at}`);
    const { deployment, environment } = step;
    const own = { instance: name, hostname: name, deployment, environment, service: deployment };
    script.start({ ...own, version: `1.${step.version}` });
    script.mark('build', { seconds: step.seconds, service: deployment });
    script.wrap('migration', { code: step.code, seconds: 3, service: deployment });
    script.health({ bad: step.bad + step.code, healthy: step.code === 0, service: deployment });
    if (step.ends) script.finish();
    if (step.ends && step.rolledBack !== 'no') script.rollback({ reason: step.rolledBack });
    nowMs += step.pause * 3_600_000;
  }
  return { worlds, nowMs };
}

/** Rounded, since sums are formed in another order; and what is not the same row number in two ledgers. */
const rounded = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, one) => (typeof one === 'number' ? Number(one.toFixed(6)) : one)));

const byText = (values: readonly unknown[]): unknown[] =>
  values.map(rounded).toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));

describe.skipIf(because(postgresPrograms === undefined, 'no PostgreSQL'))('What is read of the store', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  }, 120_000);
  afterAll(() => postgres.remove());

  /** What one question prints of the store and of a ledger. */
  async function bothOf(
    { query, ledger }: { query: Query; ledger: Database },
    { filter, nowMs }: { filter: LimitedFilter; nowMs: number },
  ): Promise<[string, unknown, unknown][]> {
    const { limit, ...all } = filter;
    const { sinceMs = 0, ...site } = all;
    const period = { ...site, fromMs: nowMs - 20 * 86_400_000, untilMs: nowMs + 1 };
    const asked = { fromMs: nowMs - 10 * 86_400_000, untilMs: nowMs, wanted: site, mostBad: 50 };
    const parts = ({ parts: some }: { parts: readonly unknown[] }) => byText(some);
    const [storePeriod, ownPeriod] = [await readStorePeriod(query, asked), readPeriod(ledger, asked)];
    const sites = (some: typeof ownPeriod) =>
      byText(
        some.sites.map((one) => ({
          ...one,
          runtimeVersion: null,
          inService: one.inService === null ? null : { ...one.inService, commitSha: null },
          // Only a store knows what other hosts run.
          others: null,
        })),
      );
    return [
      ['figures', rounded(await readFiguresOf(query, filter)), rounded(readFigures(ledger, filter))],
      ['phases', byText(await readStorePhases(query, filter)), byText(readPhaseTimes(ledger, filter))],
      ...(await Promise.all(
        (['version', 'upgrade', 'host'] as const).map(
          async (by): Promise<[string, unknown, unknown]> => [
            by,
            parts(await readStoreBreakdown(query, { by, filter })),
            parts(readBreakdown(ledger, { by, filter })),
          ],
        ),
      )),
      ...(await Promise.all(
        [true, false].map(
          async (byHost): Promise<[string, unknown, unknown]> => [
            `dora ${byHost}`,
            byText(await readStoreDelivery(query, { byHost, filter: all })),
            byText(readDelivery(ledger, { byHost, filter: all })),
          ],
        ),
      )),
      ['budget', byText(await readStoreBudget(query, period)), byText(readBudget(ledger, period))],
      [
        'regressions',
        rounded(await readStoreRegressions(query, { ...site, sinceMs })),
        rounded(readRegressions(ledger, { ...site, sinceMs })),
      ],
      ['bad', rounded(storePeriod.bad), rounded(ownPeriod.bad)],
      ['now', rounded(storePeriod.now), rounded(ownPeriod.now)],
      ['before', rounded(storePeriod.before), rounded(ownPeriod.before)],
      // A ledger of several hosts says of a site what runs on any of them.
      ...(filter.host === undefined
        ? [['sites', sites(storePeriod), sites(ownPeriod)] as [string, unknown, unknown]]
        : []),
    ];
  }

  test('equals what one ledger has that holds the rows of all hosts', async () => {
    const run = async (steps: readonly Step[], filter: LimitedFilter) => {
      postgres.rows('DROP SCHEMA IF EXISTS deploytrack CASCADE');
      postgres.rows('DROP SCHEMA IF EXISTS deploytrack_rows CASCADE');
      await initStore(fakeContext(), storeAddress(postgres.url));
      const { worlds } = told(steps, { together: false });
      for (const world of worlds) await syncFrom(world, { url: postgres.url });
      const { worlds: one, nowMs } = told(steps, { together: true });
      const ledger = one[0]?.database as Database;
      const address = storeAddress(postgres.url);
      await queryAt(fakeContext(), address, async (query) => {
        for (const [name, store, own] of await bothOf({ query, ledger }, { filter, nowMs }))
          expect([name, store]).toEqual([name, own]);
      });
      const slice = await readSlice(fakeContext(), address, { filter });
      onTestFinished(() => void slice.close());
      expect(rounded(readHistory(slice, filter))).toEqual(rounded(readHistory(ledger, filter)));
    };
    const anyFilter: fc.Arbitrary<LimitedFilter> = fc.constantFrom(
      {},
      { deployment: 'shop' },
      { environment: 'production', sinceMs: began + 5 * 86_400_000 },
      { host: 'web-2' },
      { limit: 7 },
      { deployment: 'worker', host: 'web-1', limit: 3 },
    );
    await fc.assert(fc.asyncProperty(fc.array(anyStep, { maxLength: 40 }), anyFilter, run), {
      numRuns: 8,
      endOnFailure: true,
    });
  });
});
