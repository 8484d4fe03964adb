import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { declareGroup } from '../../src/ledger/totals/declareGroup.ts';
import { declaredLabel, stageLabels } from '../../src/ledger/totals/totals.ts';
import { type LedgerWorld, ledgerWorld } from './ledgerWorld.ts';
import { scriptOf } from './script.ts';

const wallMs = Date.parse('2026-01-15T10:00:00Z');
const labelsOf = (world: LedgerWorld, service: string, stage: string) =>
  stageLabels(world.database, { groupId: 1, service, stage, defaultService: 'shop', wallMs });
const label = (world: LedgerWorld, kind: 'test' | 'resource' | 'check_type', value: string) =>
  declaredLabel(world.database, { groupId: 1, kind, value, wallMs });
const declared = (world: LedgerWorld, kind: string) =>
  world
    .rows('SELECT value FROM declarations WHERE kind = ? ORDER BY value', kind)
    .map((row) => String(row.value));

describe('Declaration by first use, up to the cap', () => {
  test.each([
    ['test', 50],
    ['resource', 10],
    ['check_type', 10],
  ] as const)('a %s has at most %i labels including `other`', (kind, cap) => {
    const world = ledgerWorld();
    const labels = new Set(
      Array.from({ length: cap + 20 }, (_, index) => label(world, kind, `word-${index}`)),
    );
    expect(labels.size).toBe(cap);
    expect(labels.has('other')).toBe(true);
    expect(label(world, kind, 'word-0')).toBe('word-0');
    expect(label(world, kind, `word-${cap}`)).toBe('other');
  });

  test('the label `other` does not count toward the cap', () => {
    const world = ledgerWorld();
    label(world, 'resource', 'other');
    for (let index = 0; index < 9; index += 1)
      expect(label(world, 'resource', `r${index}`)).toBe(`r${index}`);
    expect(label(world, 'resource', 'r9')).toBe('other');
  });

  test('each group has declarations of its own', () => {
    const world = ledgerWorld();
    for (let index = 0; index < 9; index += 1) label(world, 'resource', `r${index}`);
    const ofAnother = { groupId: 2, kind: 'resource', value: 'r9', wallMs } as const;
    expect(declaredLabel(world.database, ofAnother)).toBe('r9');
  });
});

describe('Services', () => {
  test('a group has at most five services: the default, three more, and `other`', () => {
    const world = ledgerWorld();
    const services = ['shop', 'a', 'b', 'c', 'd', 'e', 'a'].map(
      (service) => labelsOf(world, service, 'extract')[0],
    );
    expect(services).toEqual(['shop', 'a', 'b', 'c', 'other', 'other', 'a']);
  });

  test('a group has at most five services even if each start names another', () => {
    const world = ledgerWorld();
    for (const service of ['a', 'b', 'c', 'd', 'e', 'f']) scriptOf(world, service).start({ service });
    const pairs = declared(world, 'stage').map((pair) => JSON.parse(pair) as [string, string]);
    expect([...new Set(pairs.map(([service]) => service))].sort()).toEqual(['a', 'b', 'c', 'other']);
  });
});

describe('Pairs of service and stage', () => {
  test('a group has at most 45 pairs of service and stage, and further ones count as `other` of the default service', () => {
    const world = ledgerWorld();
    const stages = Array.from({ length: 50 }, (_, index) => labelsOf(world, 'shop', `step_${index}`));
    expect(stages.slice(0, 44)).toEqual(stages.slice(0, 44).map((_, index) => ['shop', `step_${index}`]));
    expect(stages.slice(44)).toEqual(stages.slice(44).map(() => ['shop', 'other']));
    expect(labelsOf(world, 'worker', 'extract')).toEqual(['shop', 'other']);
    expect(labelsOf(world, 'shop', 'step_3')).toEqual(['shop', 'step_3']);
  });

  test('the stage `other` of the default service is reserved and does not count toward the cap', () => {
    const world = ledgerWorld();
    expect(labelsOf(world, 'shop', 'other')).toEqual(['shop', 'other']);
    expect(declared(world, 'stage')).toEqual([]);
  });

  test('phases beyond the cap count under the declared labels', () => {
    const world = ledgerWorld();
    const script = scriptOf(world);
    script.start({
      declare: {
        services: [],
        stages: Array.from({ length: 44 }, (_, index) => `step_${index}`),
        tests: [],
        resources: [],
        checkTypes: [],
      },
    });
    script.wrap('one_more', { seconds: 3, code: 4 });
    expect(world.observed('deployment_stage_duration_seconds', ['shop', 'other'])).toEqual({
      count: 1,
      sum: 3,
    });
    expect(world.total('deployment_stage_failures_total', ['shop', 'other', 'exit_code'])).toBe(1);
    expect(world.rows('SELECT service, stage FROM last_stages')).toEqual([
      { service: 'shop', stage: 'other' },
    ]);
    expect(world.rows('SELECT stage FROM deployment_stages')).toEqual([{ stage: 'one_more' }]);
  });
});

describe('Declarations at init or start', () => {
  const declare = (said: Partial<Parameters<typeof declareGroup>[1]['declare']>) => {
    const world = ledgerWorld();
    const key = { instance: 'web-1', deployment: 'shop', environment: 'production' };
    const nothing = { services: [], stages: [], tests: [], resources: [], checkTypes: [] };
    declareGroup(world.database, { key, service: 'shop', declare: { ...nothing, ...said }, wallMs });
    return world;
  };

  test('the four phases and the check type http are declared by default', () => {
    const world = declare({});
    expect(declared(world, 'stage')).toEqual(
      ['cutover', 'extract', 'migration', 'venv_rebuild'].map((stage) => `["shop","${stage}"]`),
    );
    expect(declared(world, 'check_type')).toEqual(['http']);
    expect(declared(world, 'service')).toEqual([]);
  });

  test('given names are declared instead, in the form under which phases are counted', () => {
    const world = declare({
      services: ['shop', 'worker'],
      stages: ['migrate', 'build-image', 'health', 'No Phase'],
      tests: ['login'],
      resources: ['vm'],
      checkTypes: ['queue'],
    });
    expect(declared(world, 'stage')).toEqual(
      ['shop', 'worker'].flatMap((service) =>
        ['build_image', 'health_check', 'migration'].map((stage) => `["${service}","${stage}"]`),
      ),
    );
    expect(declared(world, 'service')).toEqual(['worker']);
    expect(declared(world, 'test')).toEqual(['login']);
    expect(declared(world, 'resource')).toEqual(['vm']);
    expect(declared(world, 'check_type')).toEqual(['http', 'queue']);
  });
});

describe('Labels', () => {
  test('labels are cut to 128 bytes at a character, so that ledger and gateway have the same labels', () => {
    const world = ledgerWorld();
    const long = `${'a'.repeat(127)}é`;
    expect(label(world, 'test', `${long}1`)).toBe('a'.repeat(127));
    expect(label(world, 'test', `${long}2`)).toBe('a'.repeat(127));
    expect(labelsOf(world, `${long}1`, 'extract')).toEqual(['a'.repeat(127), 'extract']);
    expect(declared(world, 'test')).toHaveLength(1);
  });

  test('labels are well-formed Unicode', () => {
    const world = ledgerWorld();
    expect(label(world, 'test', 'bad \ud800')).toBe('bad \ufffd');
  });

  test('the labels of 10,000 random names stay within the caps', () => {
    const world = ledgerWorld();
    const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,12}$/);
    const uses = fc.sample(fc.record({ service: name, stage: name }), { numRuns: 10_000, seed: 7 });
    const pairs = new Set<string>();
    const services = new Set<string>();
    world.database.exec('BEGIN');
    for (const use of uses) {
      const labels = labelsOf(world, use.service, use.stage);
      pairs.add(JSON.stringify(labels));
      services.add(labels[0]);
    }
    world.database.exec('COMMIT');
    expect(pairs.size).toBe(45);
    expect(services.size).toBeLessThanOrEqual(5);
    expect(declared(world, 'stage').length).toBe(44);
    expect(declared(world, 'service').length).toBe(3);
  });
});
