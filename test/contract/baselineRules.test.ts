import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openOrCreateLedger } from '../../src/ledger/file/create.ts';
import { noteRefused } from '../../src/ledger/push/backOff.ts';
import { type RemoteGroup, seedFromGateway } from '../../src/ledger/push/baseline.ts';
import { completeDelivery, isFree, sequence, takeLease } from '../../src/ledger/push/deliveries.ts';
import { ledgerId } from '../../src/ledger/push/snapshot.ts';
import { groupId, Totals, touchGroup } from '../../src/ledger/totals/totals.ts';
import { fakeContext } from '../support/context.ts';

const url = 'http://gateway';
const hour = 3_600_000;
const warnings = 'deployment_warning_total';

function newGroup() {
  const folder = mkdtempSync(join(tmpdir(), 'baseline-'));
  const database = openOrCreateLedger(fakeContext(), { path: join(folder, 'deployments.db') });
  onTestFinished(() => {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const id = groupId(database, { instance: 'host-a', deployment: 'app', environment: 'production' });
  const total = (value: number) => ({ family: warnings, labels: [] as string[], part: '', value });
  return {
    database,
    id,
    own: ledgerId(database),
    total,
    count: (times: number) => {
      for (let time = 0; time < times; time += 1) {
        new Totals(database, id).count(warnings);
        touchGroup(database, id);
      }
    },
    /** A push of this state that the gateway accepted. */
    push: (seq: number, value: number) => {
      takeLease(database, { groupId: id, holder: 'one', nowMs: 0, untilMs: 1000 });
      completeDelivery(database, { groupId: id, holder: 'one', seq, nowMs: 5, totals: [total(value)] });
    },
    seed: (held: Omit<RemoteGroup, 'exists'>) =>
      seedFromGateway(database, { groupId: id, url, held: { exists: true, ...held }, nowMs: 9 }),
    shown: () =>
      database.prepare('SELECT value + base FROM totals WHERE family = ?').pluck().get(warnings) as number,
  };
}

describe('Baseline from a gateway', () => {
  test('what another ledger counted is added to what was not pushed, and to nothing that was', () => {
    const { count, push, seed, shown, total } = newGroup();
    count(5);
    push(5, 5);
    count(1);
    expect(seed({ ledgerId: 'other', events: 9, totals: [total(7)] })).toBe(true);
    expect(shown()).toBe(8);
  });

  test('another ledger is continued from also if it has recorded fewer events than this one', () => {
    const { count, push, seed, shown, total } = newGroup();
    count(5);
    push(5, 5);
    expect(seed({ ledgerId: 'other', events: 1, totals: [total(2)] })).toBe(true);
    expect(shown()).toBe(2);
  });

  test('a second baseline does not count the first one again', () => {
    const { count, push, seed, shown, total } = newGroup();
    count(1);
    seed({ ledgerId: 'other', events: 9, totals: [total(7)] });
    push(1, 8);
    seed({ ledgerId: 'third', events: 12, totals: [total(10)] });
    expect(shown()).toBe(10);
  });

  test('an older copy of the ledger continues from what it had pushed before, even if no total is higher', () => {
    const { count, own, seed, total } = newGroup();
    count(2);
    expect(seed({ ledgerId: own, events: 10, totals: [total(2)] })).toBe(true);
  });

  test('a push whose response was lost makes no baseline', () => {
    const { count, own, seed, shown, total } = newGroup();
    count(2);
    expect(seed({ ledgerId: own, events: 2, totals: [total(2)] })).toBe(false);
    expect(shown()).toBe(2);
  });

  test('a label that may have been cut does not look like a later state', () => {
    const { count, own, seed, total } = newGroup();
    count(2);
    const cut = { ...total(3), labels: ['x'.repeat(128)] };
    expect(seed({ ledgerId: own, events: 2, totals: [total(2), cut] })).toBe(false);
  });
});

test('a push that ends late does not make a later one unknown', () => {
  const { database, id, count, push } = newGroup();
  count(2);
  push(2, 2);
  push(1, 1);
  expect(sequence(database, id).deliveredSeq).toBe(2);
});

test('a lease from before the clock was set back is seen as free', () => {
  const lease = { holder: 'gone', deliveredSeq: 0 };
  expect(isFree({ ...lease, untilMs: 10 * hour }, hour)).toBe(true);
  expect(isFree({ ...lease, untilMs: hour + 3000 }, hour)).toBe(false);
});

test('a rejection is new once for each gateway and version', () => {
  const { database, id } = newGroup();
  const refuse = (at: { url?: string; version?: string }) =>
    noteRefused(database, { groupId: id, url, version: '1', line: 'type clash', ...at });
  expect([refuse({}), refuse({})]).toEqual([true, false]);
  expect([refuse({ version: '2' }), refuse({ version: '2' })]).toEqual([true, false]);
  expect(refuse({ url: 'http://other', version: '2' })).toBe(true);
});
