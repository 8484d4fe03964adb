import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { badVersion } from '../../src/ledger/collected/facts.ts';
import { findDeployment } from '../../src/ledger/deployments.ts';
import { readDeployment } from '../../src/ledger/read/deployments.ts';
import { outcomeOf } from '../../src/ledger/read/record.ts';
import { knownGoodVersion } from '../../src/ledger/rollback/knownVersions.ts';
import { openDecision, readSituation } from '../../src/ledger/rollback/situation.ts';
import { isForbidden, rollbackVerdict, type Situation, whyNot } from '../../src/ledger/rollback/verdict.ts';
import type { AutomaticRollback } from '../../src/marks.ts';
import { type LedgerWorld, ledgerWorld } from './ledgerWorld.ts';
import {
  attempt,
  finishMark,
  healthMark,
  later,
  phaseEndMark,
  phaseStartMark,
  rollbackMark,
  startMark,
} from './makeMarks.ts';

const usual: Situation = {
  cutoverBegan: true,
  irreversible: false,
  rolledBackBefore: false,
  superseded: false,
  isRollback: false,
  good: '1',
};

describe('rollbackVerdict', () => {
  test.each<[string, Partial<Situation>, string, boolean]>([
    ['rolls back to the known good version', {}, 'roll-back', false],
    ['does nothing before the cutover', { cutoverBegan: false }, 'not-begun', false],
    [
      'does nothing before the cutover, irreversible or not',
      { cutoverBegan: false, irreversible: true },
      'not-begun',
      false,
    ],
    ['forbids it after an irreversible migration', { irreversible: true }, 'irreversible', true],
    [
      'forbids it after an irreversible migration without a good version',
      { irreversible: true, good: null },
      'irreversible',
      true,
    ],
    ['fails without a good version', { good: null }, 'none-good', false],
    ['does not take back a later deployment', { superseded: true, irreversible: true }, 'superseded', false],
    ['decides once', { rolledBackBefore: true }, 'decided', false],
    [
      'decides once, whatever else holds',
      { rolledBackBefore: true, irreversible: true, isRollback: true },
      'decided',
      false,
    ],
    ['never rolls back a rollback', { isRollback: true }, 'is-rollback', true],
  ])('a verdict %s', (_, given, kind, forbidden) => {
    const verdict = rollbackVerdict({ ...usual, ...given });
    expect([verdict.kind, isForbidden(verdict), whyNot(verdict) === null]).toEqual([
      kind,
      forbidden,
      kind === 'roll-back',
    ]);
  });

  test('any situation rolls back only if nothing speaks against it, and then to the good version', () => {
    const situation = fc.record({
      cutoverBegan: fc.boolean(),
      irreversible: fc.boolean(),
      rolledBackBefore: fc.boolean(),
      superseded: fc.boolean(),
      isRollback: fc.boolean(),
      good: fc.option(fc.string({ minLength: 1 })),
    });
    fc.assert(
      fc.property(situation, (one) => {
        const may =
          one.cutoverBegan &&
          !one.irreversible &&
          !one.rolledBackBefore &&
          !one.superseded &&
          !one.isRollback &&
          one.good !== null;
        const verdict = rollbackVerdict(one);
        expect(verdict.kind === 'roll-back').toBe(may);
        if (verdict.kind === 'roll-back') expect(verdict.to).toBe(one.good);
      }),
    );
  });
});

const automatic: AutomaticRollback = {
  failedCheck: 'health: 503',
  refused: null,
  process: null,
  outages: [],
};
const place = { deployment: 'shop', environment: 'production', instance: 'web-1' };

/** A deployment: of which version, and how it ended. */
type Step = readonly [version: string, end: 'success' | 'failed' | 'rolled back' | 'bad'];

function history(...steps: readonly Step[]): LedgerWorld {
  const world = ledgerWorld();
  for (const [at, [version, end]] of steps.entries()) {
    const deploymentId = `d${at}`;
    const now = () => {
      world.pass(1);
      return world.context.instant();
    };
    world.apply(startMark(now(), { deploymentId, version }));
    if (end === 'bad')
      world.apply(rollbackMark(now(), { deploymentId, step: 'refused', success: false, automatic }));
    world.apply(finishMark(now(), { deploymentId, exitCode: end === 'failed' ? 1 : 0 }));
    if (end === 'rolled back') world.apply(rollbackMark(now(), { deploymentId }));
  }
  return world;
}

describe('knownGoodVersion', () => {
  test.each<[string, Step[], string | null]>([
    [
      'is the last one that succeeded',
      [
        ['1', 'success'],
        ['2', 'success'],
        ['3', 'failed'],
      ],
      '2',
    ],
    [
      'is not merely the previous one',
      [
        ['1', 'success'],
        ['2', 'failed'],
        ['3', 'failed'],
      ],
      '1',
    ],
    [
      'is not one that was rolled back',
      [
        ['1', 'success'],
        ['2', 'rolled back'],
        ['3', 'failed'],
      ],
      '1',
    ],
    [
      'is not one that is marked bad',
      [
        ['1', 'success'],
        ['2', 'bad'],
        ['3', 'failed'],
      ],
      '1',
    ],
    [
      'is one that succeeded again',
      [
        ['1', 'success'],
        ['2', 'rolled back'],
        ['2', 'success'],
        ['3', 'failed'],
      ],
      '2',
    ],
    [
      'is not the version that failed',
      [
        ['3', 'success'],
        ['3', 'failed'],
      ],
      null,
    ],
    [
      'is unknown if nothing succeeded',
      [
        ['1', 'failed'],
        ['3', 'failed'],
      ],
      null,
    ],
  ])('the known good version %s', (_, steps, expected) => {
    expect(knownGoodVersion(history(...steps).database, { ...place, version: '3' })).toBe(expected);
  });

  test('the known good version is one of the same deployment, environment and host', () => {
    const { database } = history(['1', 'success']);
    for (const other of [{ deployment: 'other' }, { environment: 'staging' }, { instance: 'web-2' }])
      expect(knownGoodVersion(database, { ...place, version: '3', ...other })).toBeNull();
  });
});

describe('badVersion', () => {
  test('a version is bad from its rollback on until it succeeds, and only there', () => {
    const world = history(['1', 'success'], ['2', 'bad']);
    expect(world.rows('SELECT * FROM rollbacks')).toEqual([]);
    const bad = world.database;
    expect(badVersion(bad, { ...place, version: '2' })).toEqual({
      deploymentId: 'd1',
      failedCheck: 'health: 503',
    });
    expect(badVersion(bad, { ...place, version: '1' })).toBeNull();
    expect(badVersion(bad, { ...place, version: '2', environment: 'staging' })).toBeNull();
    const again = history(['2', 'bad'], ['2', 'success']).database;
    expect(badVersion(again, { ...place, version: '2' })).toBeNull();
  });
});

/** A rollback of `d1` was decided by a process that is dead now. */
function decided(): LedgerWorld {
  const world = history(['1', 'success']);
  const at = world.context.instant();
  world.apply(startMark(at, { version: '2' }));
  world.apply(phaseEndMark(at, { stage: 'cutover', startedAt: at }));
  // A phase that only has the name: it is not the rollback's.
  world.apply(phaseEndMark(at, { stage: 'rollback', startedAt: at }));
  const process = { pid: 2, started: '1', boot: 'another', pidNamespace: null };
  world.pass(1);
  const began = world.context.instant();
  const seen = { ...automatic, process, outages: [{ beganAt: began, endedAt: null }] };
  world.apply(
    rollbackMark(began, { rollbackId: 'r', toVersion: '1', success: false, step: 'begin', automatic: seen }),
  );
  return world;
}

const settled = (world: LedgerWorld) => world.rows('SELECT success, settled FROM rollbacks');
const dead = { life: () => 'dead' as const };

describe('A decision in the ledger', () => {
  test('a decision is open with its command unstarted until a phase `rollback` is recorded', () => {
    const world = decided();
    const of = { deploymentId: 'd1', ...dead };
    expect(openDecision(world.database, of)).toMatchObject({
      rollbackId: 'r',
      toVersion: '1',
      command: 'unstarted',
      life: 'dead',
    });
    world.apply(phaseStartMark(world.context.instant(), { stage: 'rollback', runId: 'run' }));
    expect(openDecision(world.database, of)).toMatchObject({ command: 'running' });
    world.apply(phaseEndMark(world.context.instant(), { stage: 'rollback', runId: 'run' }));
    expect(openDecision(world.database, of)).toMatchObject({ command: 'success' });
    world.apply(rollbackMark(world.context.instant(), { rollbackId: 'r', step: 'end', automatic }));
    expect(openDecision(world.database, of)).toBeNull();
  });

  test('finish records a decision without a result as failed, with one warning', () => {
    const world = decided();
    const warnings = world.apply(finishMark(world.context.instant(), { onExit: true, exitCode: 137 }));
    expect(warnings.map(({ code }) => code)).toEqual(['ROLLBACK_OPEN']);
    expect(settled(world)).toEqual([{ success: 0, settled: 1 }]);
  });

  test('the next start records the decision about a closed deployment as failed, once', () => {
    const world = history(['1', 'success'], ['2', 'success']);
    const at = world.context.instant();
    const process = { pid: 2, started: '1', boot: 'another', pidNamespace: null };
    world.apply(rollbackMark(at, { step: 'begin', success: false, automatic: { ...automatic, process } }));
    const next = (deploymentId: string) => {
      world.pass(1);
      return world
        .apply(startMark(world.context.instant(), { deploymentId, version: '3' }))
        .map(({ code }) => code);
    };
    expect(next('next')).toContain('ROLLBACK_OPEN');
    expect(settled(world)).toEqual([{ success: 0, settled: 1 }]);
    expect(next('later')).not.toContain('ROLLBACK_OPEN');
  });

  test('the outage of a decision ends with the next successful check, and at its end as it was measured', () => {
    const world = decided();
    const seconds = () => world.rows('SELECT seconds FROM outages').map((row) => row.seconds);
    expect(seconds()).toEqual([null]);
    world.pass(4);
    const good = attempt({ at: world.context.instant(), healthy: true, latencySeconds: 1 });
    world.apply(healthMark([good]));
    expect(seconds()).toEqual([5]);
    const [{ began_at: began } = {}] = world.rows('SELECT began_at FROM outages');
    const beganAt = { wallMs: Date.parse(String(began)), monotonicSeconds: null, boot: null };
    const endedAt = { ...beganAt, wallMs: beganAt.wallMs + 3000 };
    const measured = { ...automatic, outages: [{ beganAt, endedAt }] };
    world.apply(rollbackMark(world.context.instant(), { rollbackId: 'r', step: 'end', automatic: measured }));
    expect(seconds()).toEqual([3]);
    expect(world.deployment('d1').downtime_duration).toBe(3);
  });

  test.each([
    [{ endedAfter: 3 }, 3, 0],
    [{ endedAfter: null }, 9, 1],
  ])(
    'an outage that only the checks of run have seen is downtime, without a marked cutover too: %j',
    (seen, seconds, open) => {
      const world = history(['1', 'success']);
      world.apply(startMark(world.context.instant(), { version: '2' }));
      const beganAt = world.context.instant();
      const endedAt = seen.endedAfter === null ? null : later(beganAt, seen.endedAfter);
      const noted = (outage: AutomaticRollback['outages'][number]) => ({ ...automatic, outages: [outage] });
      const of = { rollbackId: 'r', toVersion: '1', success: endedAt !== null };
      const begun = noted({ beganAt, endedAt: null });
      world.apply(rollbackMark(beganAt, { ...of, success: false, step: 'begin', automatic: begun }));
      world.pass(9);
      const at = world.context.instant();
      world.apply(rollbackMark(at, { ...of, step: 'end', automatic: noted({ beganAt, endedAt }) }));
      world.apply(finishMark(at, { exitCode: 1 }));
      expect(world.deployment('d1')).toMatchObject({ downtime_duration: seconds, downtime_open: open });
    },
  );

  test('what runs inside an open rollback is itself a rollback, and no longer when that has ended', () => {
    const world = decided();
    world.apply(startMark(world.context.instant(), { deploymentId: 'inner', version: '1' }));
    const row = findDeployment(world.database, 'inner');
    if (row === null) throw new Error('no row');
    const isRollback = () => readSituation(world.database, { row, succeeded: true, within: 'd1' }).isRollback;
    expect(isRollback()).toBe(true);
    world.apply(rollbackMark(world.context.instant(), { rollbackId: 'r', step: 'end', automatic }));
    expect(isRollback()).toBe(false);
  });

  test('an irreversible migration that has begun is in the situation, whatever became of it', () => {
    const world = history(['1', 'success']);
    world.apply(startMark(world.context.instant(), { version: '2' }));
    world.apply(phaseStartMark(world.context.instant(), { stage: 'migration', irreversible: true }));
    const row = findDeployment(world.database, 'd1');
    if (row === null) throw new Error('no row');
    const situation = readSituation(world.database, { row, succeeded: false, within: null });
    expect(situation).toEqual({ ...usual, cutoverBegan: false, irreversible: true });
  });
});

describe('A deployment that another one followed', () => {
  const situationOf = (world: LedgerWorld) => {
    const row = findDeployment(world.database, 'd1');
    if (row === null) throw new Error('no row');
    return readSituation(world.database, { row, succeeded: false, within: null });
  };

  test.each<[string, Parameters<typeof startMark>[1], boolean]>([
    ['here', {}, true],
    ['in another environment', { environment: 'staging' }, false],
    ['on another host', { instance: 'web-2' }, false],
    ['of another service', { service: 'worker' }, false],
  ])('a deployment is superseded by the cutover of a later one %s: %j %j', (_, said, expected) => {
    const world = history(['1', 'success']);
    world.apply(startMark(world.context.instant(), { version: '2' }));
    world.pass(1);
    world.apply(startMark(world.context.instant(), { deploymentId: 'next', version: '3', ...said }));
    expect(situationOf(world).superseded).toBe(false);
    world.apply(phaseStartMark(world.context.instant(), { deploymentId: 'next', stage: 'cutover' }));
    expect(situationOf(world).superseded).toBe(expected);
  });

  test('a deployment is not superseded by history that was imported while it ran', () => {
    const world = ledgerWorld();
    world.pass(60);
    world.apply(startMark(world.context.instant(), { version: '2' }));
    const past = later(world.context.instant(), -3600);
    world.apply(startMark(past, { deploymentId: 'old', version: '1' }));
    world.apply(finishMark(later(past, 60), { deploymentId: 'old' }));
    expect(situationOf(world)).toMatchObject({ superseded: false, good: '1' });
  });

  test('a deployment is superseded by a later one that succeeded without a recorded cutover', () => {
    expect(situationOf(history(['1', 'success'], ['2', 'failed'], ['3', 'success'])).superseded).toBe(true);
    expect(situationOf(history(['1', 'success'], ['2', 'failed'], ['3', 'failed'])).superseded).toBe(false);
  });
});

describe('outcomeOf', () => {
  test.each([
    ['1', 'failed and still on 1'],
    ['2', 'failed and still on 2'],
  ])(
    'after a rollback whose test failed, the outcome is the version that its health check saw: %s',
    (seen, outcome) => {
      const world = decided();
      const at = () => world.context.instant();
      world.apply(phaseEndMark(at(), { stage: 'rollback', startedAt: at() }));
      const good = attempt({ at: at(), healthy: true, latencySeconds: 0 });
      world.apply(healthMark([good], { expectedVersion: seen }));
      world.apply(rollbackMark(at(), { rollbackId: 'r', step: 'end', success: false, automatic }));
      world.apply(finishMark(at(), { exitCode: 1 }));
      expect(readDeployment(world.database, 'd1')).toMatchObject({ version: '2', outcome });
    },
  );

  const facts = {
    status: 'failed',
    version: '2',
    previousVersion: '1',
    rolledBack: false,
    rolledBackTo: null,
    discarded: false,
    fragment: false,
    exitCode: 1,
    hasSteps: true,
    cutoverBegan: false,
    restored: null,
  } as const;
  test.each<[Partial<Parameters<typeof outcomeOf>[0]>, string | null]>([
    [{ status: 'success' }, 'rolled out'],
    [{ status: 'warning' }, 'rolled out'],
    [{ rolledBack: true, rolledBackTo: '1' }, 'rolled back to 1'],
    [{ status: 'success', rolledBack: true, rolledBackTo: '1' }, 'rolled back to 1'],
    [{}, 'failed and still on 1'],
    [{ cutoverBegan: true }, 'failed and still on 2'],
    [{ cutoverBegan: true, restored: '0' }, 'failed and still on 0'],
    [{ previousVersion: null }, 'failed and still on no version'],
    [{ hasSteps: false, exitCode: null }, 'never started'],
    [{ hasSteps: false, exitCode: 127 }, 'never started'],
    [{ hasSteps: false, exitCode: 3 }, 'failed and still on 1'],
    [{ status: 'in-progress' }, null],
    [{ discarded: true }, null],
  ])('the outcome of %j is %j', (given, expected) => {
    expect(outcomeOf({ ...facts, ...given })).toBe(expected);
  });
});
