import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Site } from '../../../src/ledger/read/endedSites.ts';
import { siteMeant, siteState } from '../../../src/ledger/read/site.ts';
import { siteStatistics } from '../../../src/ledger/read/siteStatistics.ts';
import { ledgerWorld } from '../ledgerWorld.ts';
import { attempt, finishMark, healthMark, rollbackMark, startMark } from '../makeMarks.ts';
import { testLedger } from './testLedger.ts';

const gateway: Site = { deployment: 'gateway', environment: 'production' };

/** Longer than any run here, so that a running deployment is never closed by the next one. */
const abandonAfterMs = 1e9;

/** The fate of one deployment. */
const fates = ['success', 'warning', 'failed', 'running', 'discarded'] as const;
const deployments = fc.array(
  fc.record({
    deployment: fc.constantFrom('gateway', 'shop', 'Ω'),
    environment: fc.constantFrom('production', 'staging', ''),
    instance: fc.constantFrom('web-1', 'web-2'),
    fate: fc.constantFrom(...fates),
    seconds: fc.integer({ min: 0, max: 5000 }),
  }),
  { maxLength: 12 },
);

test('statistics are the totals of all hosts, and the default site is the one that ended last', () => {
  fc.assert(
    fc.property(deployments, (all) => {
      const world = ledgerWorld();
      let last: Site | null = null;
      let running: Site | null = null;
      for (const [number, { fate, seconds, instance, ...site }] of all.entries()) {
        const deploymentId = `d${number}`;
        world.apply(startMark(world.context.instant(), { deploymentId, instance, abandonAfterMs, ...site }));
        world.pass(seconds);
        if (fate === 'running') running = site;
        else {
          const status = fate === 'discarded' ? null : fate;
          world.apply(
            finishMark(world.context.instant(), { deploymentId, status, discard: fate === 'discarded' }),
          );
          if (fate !== 'discarded') last = site;
        }
        world.pass(1);
      }
      expect(siteMeant(world.database, {})).toEqual(last ?? running);
      for (const site of new Set(all.map(({ deployment, environment }) => `${deployment}/${environment}`))) {
        const [deployment = '', environment = ''] = site.split('/');
        const found = siteStatistics(world.database, { deployment, environment });
        const counted = (status: string) =>
          Number(
            world.rows(
              `SELECT coalesce(sum(t.value), 0) AS n FROM totals t JOIN groups g ON g.id = t.group_id
               WHERE t.family = 'deployment_total' AND t.labels = ? AND g.deployment = ? AND g.environment = ?`,
              JSON.stringify([status]),
              deployment,
              environment,
            )[0]?.n,
          );
        expect([found.successful, found.failed]).toEqual([counted('success'), counted('failure')]);
        expect(found.total).toBe(found.successful + found.failed);
        const good = all.filter(
          (one) =>
            `${one.deployment}/${one.environment}` === site && ['success', 'warning'].includes(one.fate),
        );
        expect(found.maxSeconds).toBe(good.length === 0 ? null : Math.max(...good.map((one) => one.seconds)));
      }
      world.close();
    }),
    { numRuns: 40 },
  );
});

test('statistics and default site are read from a covering index only', () => {
  const { db, deployment, statements } = testLedger();
  deployment();
  const from = statements.length;
  siteStatistics(db, gateway);
  siteMeant(db, gateway);
  const plans = statements.slice(from).flatMap((sql) =>
    db
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map((step) => (step as { detail: string }).detail),
  );
  const byRow = /^(SCAN|SEARCH) (?!one\b|before\b|CONSTANT)/;
  const touched = plans.filter((detail) => byRow.test(detail));
  expect(touched.length).toBeGreaterThan(5);
  expect(
    touched.filter((detail) => !/COVERING INDEX deployment_by_(end|start)|INTEGER PRIMARY KEY/.test(detail)),
  ).toEqual([]);
});

describe('Health of a site', () => {
  const played = () => {
    const world = ledgerWorld();
    const site = { deployment: 'shop', environment: 'production' };
    const state = () => siteState(world.database, site);
    const at = () => {
      world.pass(1);
      return world.context.instant();
    };
    const start = (deploymentId: string, version: string) =>
      world.apply(startMark(at(), { deploymentId, version }));
    const verify = (deploymentId: string, healthy: boolean) =>
      world.apply(healthMark([attempt({ at: at(), healthy })], { deploymentId }));
    return { world, state, at, start, verify };
  };

  test('a site is as healthy as its latest verification, even if that belongs to a rollback', () => {
    const { world, state, at, start, verify } = played();
    start('d1', '1.0.0');
    expect(state()).toMatchObject({ healthy: null, inService: null });
    verify('d1', true);
    world.apply(finishMark(at(), { deploymentId: 'd1', status: 'success' }));
    start('d2', '2.0.0');
    verify('d2', true);
    world.apply(rollbackMark(at(), { deploymentId: 'd2', toVersion: '1.0.0' }));
    verify('d2', false);
    world.apply(finishMark(at(), { deploymentId: 'd2' }));
    expect(state()).toMatchObject({ healthy: false, inService: { version: '1.0.0' } });
  });

  test('a site is as healthy as its latest verification, even if that is of an older, ended deployment', () => {
    const { world, state, at, start, verify } = played();
    for (const [id, healthy] of [
      ['d1', true],
      ['d2', false],
    ] as const) {
      start(id, id);
      verify(id, healthy);
      world.apply(finishMark(at(), { deploymentId: id }));
    }
    expect(state().healthy).toBe(false);
    verify('d1', true);
    expect(state()).toMatchObject({ healthy: true, inService: { version: 'd1' } });
  });

  test('a site is as healthy as its latest verification, even if hundreds of deployments without one followed', () => {
    const { db, deployment, insert } = testLedger();
    const verified = { health_check_duration: 2, health_check_success: 1 };
    const id = deployment(verified);
    for (let n = 0; n < 150; n += 1) deployment({ deployment_status: 'failed' });
    expect(siteState(db, gateway)).toMatchObject({ healthy: true, inService: { version: '1.1.0' } });
    const ended_at = '2026-01-14T20:00:00.000Z';
    const row = { deployment_id: id, verification_id: 'v', service: 'gateway', check_type: 'http', ended_at };
    insert('health_verifications', {
      ...row,
      started_at: ended_at,
      duration_seconds: 2,
      success: 0,
      verdict: 'timeout',
      attempts: 1,
    });
    expect(siteState(db, gateway).healthy).toBe(false);
  });
});

test('the version in service of imported deployments, which have no group, is the one rolled back to', () => {
  const { db, deployment, insert } = testLedger();
  const rollBack = (deployment_id: string, values: { at: string; success: number; to_version: string }) =>
    insert('rollbacks', {
      deployment_id,
      rollback_id: values.at,
      reason: 'errors',
      reason_class: 'manual',
      ...values,
    });
  deployment({ version: '1.0', commit_sha: 'c10', instance: 'web-1' });
  const id = deployment({ version: '1.4', instance: 'web-1' });
  rollBack(id, { at: '2026-01-14T21:00:00.000Z', success: 1, to_version: '1.0' });
  rollBack(id, { at: '2026-01-14T21:30:00.000Z', success: 0, to_version: '0.9' });
  expect(siteState(db, gateway).inService).toEqual({
    version: '1.0',
    commitSha: 'c10',
    sinceMs: Date.parse('2026-01-14T21:00:00.000Z'),
  });
  deployment({ version: '1.5', instance: 'web-2', deployment_completed_at: '2026-01-14T22:00:00.000Z' });
  expect(siteState(db, gateway).inService).toMatchObject({ version: '1.5' });
});
