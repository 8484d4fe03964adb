import { expect, test } from 'vitest';
import { readGeneric } from '../../src/collect/webhook/generic.ts';
import { ingestEvent } from '../../src/collect/webhook/ingestEvent.ts';
import { applyCollected } from '../../src/ledger/collected/applyCollected.ts';
import { ledgerWorld } from '../ledger/ledgerWorld.ts';
import { costMark, phaseEndMark, startMark } from '../ledger/makeMarks.ts';

const body = {
  event_id: 'e1',
  id: 'a',
  at: '2026-01-14T18:47:15Z',
  status: 'success',
  deployment: 'shop',
  version: '1',
};

test.each(['9999-01-01T00:00:00Z', '2200-01-01T00:00:00Z'])('an event of %s is rejected', (at) => {
  expect(readGeneric({ ...body, at })).toEqual({ wrong: expect.stringContaining('its at is missing') });
});

test('free-form text of an event is cut to its limit', () => {
  const world = ledgerWorld();
  const read = readGeneric({ ...body, deployment_method: 'm'.repeat(900), triggered_by: 'w'.repeat(900) });
  if (!('events' in read)) throw new Error('it was not read');
  for (const event of read.events) {
    const { warnings } = ingestEvent(world.context, { database: world.database, event, instance: null });
    expect(warnings).toEqual([]);
  }
  const row = world.deployment('webhook-a');
  expect([row.deployment_method, row.triggered_by]).toEqual(['m'.repeat(200), 'w'.repeat(200)]);
});

test('a value beyond the limits from a collector is left out with a warning, and the rest is recorded', () => {
  const world = ledgerWorld();
  const at = world.context.instant();
  const marks = [
    startMark(at, { pythonCommand: '/evil' }),
    costMark(at, { usd: -3 }),
    phaseEndMark(at, { durationSeconds: 1e308 }),
    costMark(at, { usd: 2 }),
  ];
  const warnings = applyCollected(world.context, { database: world.database, marks });
  expect(warnings.filter(({ code }) => code === 'COLLECTED').map(({ message }) => message)).toEqual([
    expect.stringContaining('usd is -3'),
    expect.stringContaining('durationSeconds is 1e+308'),
  ]);
  expect(world.total('deployment_infrastructure_cost_usd_total', ['compute'])).toBe(2e6);
  expect(world.deployment().python_command).toBeNull();
});
