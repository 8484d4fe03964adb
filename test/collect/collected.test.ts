import { expect, test } from 'vitest';
import { collectorState, saveCollectorState } from '../../src/ledger/collected/collectorState.ts';
import { factOf, saveFacts } from '../../src/ledger/collected/facts.ts';
import { forgetEvents, isFirstSight } from '../../src/ledger/collected/seenEvents.ts';
import { ledgerWorld } from '../ledger/ledgerWorld.ts';

test('a fact has its source, null values are omitted, and a later value replaces an earlier one', () => {
  const { database, rows } = ledgerWorld();
  const at = { deploymentId: 'd1', source: 'docker', atMs: 0 } as const;
  saveFacts(database, { ...at, facts: { 'docker.image': 'app:1', 'docker.exit_code': null } });
  saveFacts(database, { ...at, atMs: 1000, facts: { 'docker.image': 'app:2', 'docker.replicas': 2 } });
  expect(rows('SELECT fact, value, source, at FROM deployment_facts ORDER BY fact')).toEqual([
    { fact: 'docker.image', value: 'app:2', source: 'docker', at: '1970-01-01T00:00:01.000Z' },
    { fact: 'docker.replicas', value: '2', source: 'docker', at: '1970-01-01T00:00:01.000Z' },
  ]);
  expect(factOf(database, { deploymentId: 'd1', fact: 'docker.image' })).toBe('app:2');
  expect(factOf(database, { deploymentId: 'd1', fact: 'docker.exit_code' })).toBeNull();
});

test('an event is new once for each source until it is forgotten', () => {
  const { database } = ledgerWorld();
  const event = { source: 'docker', eventId: 'e1', atMs: 5000, deploymentId: null };
  expect(isFirstSight(database, event)).toBe(true);
  expect(isFirstSight(database, event)).toBe(false);
  expect(isFirstSight(database, { ...event, source: 'github' })).toBe(true);
  forgetEvents(database, { source: 'docker', beforeMs: 5001 });
  expect(isFirstSight(database, { ...event, source: 'github' })).toBe(false);
  expect(isFirstSight(database, event)).toBe(true);
});

test('a collector reads the state that it saved', () => {
  const { database } = ledgerWorld();
  expect(collectorState(database, 'docker')).toBeNull();
  saveCollectorState(database, { name: 'docker', state: { since: 1 } });
  saveCollectorState(database, { name: 'docker', state: { since: 2 } });
  expect(collectorState(database, 'docker')).toEqual({ since: 2 });
});
