import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openOrCreateLedger } from '../../src/ledger/file/create.ts';
import { noteFailure } from '../../src/ledger/push/backOff.ts';
import { seedFromGateway } from '../../src/ledger/push/baseline.ts';
import {
  completeDelivery,
  listGroups,
  mayTry,
  noteReached,
  readLease,
  releaseLease,
  renewLease,
  takeLease,
} from '../../src/ledger/push/deliveries.ts';
import { groupId, Totals, touchGroup } from '../../src/ledger/totals/totals.ts';
import { Budget } from '../../src/push/lease.ts';
import { fakeContext } from '../support/context.ts';

const url = 'http://gateway';
const hour = 3_600_000;

function newLedger() {
  const folder = mkdtempSync(join(tmpdir(), 'delivery-'));
  const database = openOrCreateLedger(fakeContext(), { path: join(folder, 'deployments.db') });
  onTestFinished(() => {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const id = groupId(database, { instance: 'host-a', deployment: 'app', environment: 'production' });
  const totals = new Totals(database, id);
  const count = () => {
    totals.count('deployment_warning_total');
    touchGroup(database, id);
  };
  const delivered = () =>
    database.prepare("SELECT delivered FROM totals WHERE family = 'deployment_warning_total'").pluck().get();
  return { database, id, count, delivered };
}

const rendered = (value: number) => [{ family: 'deployment_warning_total', labels: [], part: '', value }];

test('a lease belongs to one sender at a time until it is released or expires', () => {
  const { database, id } = newLedger();
  const take = (holder: string, nowMs: number) =>
    takeLease(database, { groupId: id, holder, nowMs, untilMs: nowMs + 1000 });
  expect(take('one', 5000)).toBe(true);
  expect(take('two', 5999)).toBe(false);
  expect(take('two', 6000)).toBe(true);
  expect(renewLease(database, { groupId: id, holder: 'one', untilMs: 9000 })).toBe(false);
  releaseLease(database, { groupId: id, holder: 'one', seq: 0 });
  expect(take('three', 6500)).toBe(false);
  expect(renewLease(database, { groupId: id, holder: 'two', untilMs: 9000 })).toBe(true);
  expect(take('three', 8999)).toBe(false);
  releaseLease(database, { groupId: id, holder: 'two', seq: 0 });
  expect(take('three', 7000)).toBe(true);
});

test('a lease can be taken from the sender that died, and from no other', () => {
  const { database, id } = newLedger();
  const take = (holder: string, instead: string | null) =>
    takeLease(database, { groupId: id, holder, nowMs: 5000, untilMs: 6000, instead });
  expect(take('one', null)).toBe(true);
  expect(take('two', 'none')).toBe(false);
  expect(take('two', 'one')).toBe(true);
  // A second sender that saw the same death is too late.
  expect(take('three', 'one')).toBe(false);
  expect(readLease(database, id)).toMatchObject({ holder: 'two', untilMs: 6000 });
});

test('failures of pushes that began before a pause do not extend it', () => {
  const { database } = newLedger();
  for (const nowMs of [1000, 1100, 1200, 5999]) noteFailure(database, { url, nowMs, line: 'timeout' });
  expect(mayTry(database, { url, nowMs: 5999 })).toBe(false);
  expect(mayTry(database, { url, nowMs: 6000 })).toBe(true);
});

test('a lease and a pause from before the clock was set back block no sender', () => {
  const { database, id } = newLedger();
  takeLease(database, { groupId: id, holder: 'gone', nowMs: 10 * hour, untilMs: 10 * hour + 3000 });
  expect(takeLease(database, { groupId: id, holder: 'next', nowMs: hour, untilMs: hour + 3000 })).toBe(true);
  noteFailure(database, { url, nowMs: 10 * hour, line: 'refused' });
  expect(mayTry(database, { url, nowMs: hour })).toBe(true);
});

test('a push records the totals it sent, and reports whether the group has changed since', () => {
  const { database, id, count, delivered } = newLedger();
  count();
  takeLease(database, { groupId: id, holder: 'one', nowMs: 0, untilMs: 1000 });
  count();
  expect(
    completeDelivery(database, { groupId: id, holder: 'one', seq: 1, nowMs: 5, totals: rendered(1) }),
  ).toBe(true);
  expect(delivered()).toBe(1);
  expect(listGroups(database, { deploymentId: null })[0]).toMatchObject({ seq: 2, deliveredSeq: 1 });
  takeLease(database, { groupId: id, holder: 'one', nowMs: 5, untilMs: 1000 });
  expect(
    completeDelivery(database, { groupId: id, holder: 'one', seq: 2, nowMs: 9, totals: rendered(2) }),
  ).toBe(false);
  expect(delivered()).toBe(2);
});

test('a sender that lost its lease records nothing, and the group is pushed once more', () => {
  const { database, id, count, delivered } = newLedger();
  count();
  takeLease(database, { groupId: id, holder: 'slow', nowMs: 0, untilMs: 1000 });
  count();
  takeLease(database, { groupId: id, holder: 'next', nowMs: 1000, untilMs: 2000 });
  completeDelivery(database, { groupId: id, holder: 'next', seq: 2, nowMs: 1100, totals: rendered(2) });
  expect(
    completeDelivery(database, { groupId: id, holder: 'slow', seq: 1, nowMs: 1200, totals: rendered(1) }),
  ).toBe(true);
  expect(delivered()).toBe(2);
  const [group] = listGroups(database, { deploymentId: null });
  expect(group?.seq).toBeGreaterThan(group?.deliveredSeq ?? Number.NaN);
});

test('the pause grows from 5 s to 5 min, applies to one address, and ends with a success', () => {
  const { database } = newLedger();
  let nowMs = 1_000_000;
  const pauses = [5, 10, 20, 40, 80, 160, 300, 300];
  for (const seconds of pauses) {
    noteFailure(database, { url, nowMs, line: 'refused' });
    expect(mayTry(database, { url, nowMs: nowMs + seconds * 1000 - 1 })).toBe(false);
    expect(mayTry(database, { url: 'http://other', nowMs })).toBe(true);
    nowMs += seconds * 1000;
    expect(mayTry(database, { url, nowMs })).toBe(true);
  }
  noteReached(database, url);
  noteFailure(database, { url, nowMs, line: 'refused' });
  expect(mayTry(database, { url, nowMs: nowMs + 5000 })).toBe(true);
});

test('a total missing on the gateway starts at zero there, and only what was not pushed yet is added', () => {
  const { database, id, count } = newLedger();
  for (let times = 0; times < 5; times += 1) count();
  takeLease(database, { groupId: id, holder: 'one', nowMs: 0, untilMs: 1000 });
  completeDelivery(database, { groupId: id, holder: 'one', seq: 5, nowMs: 5, totals: rendered(5) });
  count();
  const held = {
    exists: true,
    ledgerId: 'other',
    events: 1,
    totals: [{ family: 'deployment_total', labels: ['success'], part: '', value: 7 }],
  };
  expect(seedFromGateway(database, { groupId: id, url, held, nowMs: 9 })).toBe(true);
  const shown = (family: string) =>
    database.prepare('SELECT value + base FROM totals WHERE family = ?').pluck().get(family);
  expect(shown('deployment_warning_total')).toBe(1);
  expect(shown('deployment_total')).toBe(7);
});

test('requests share one time budget, which excludes waiting between them and after they stop the clock', async () => {
  const context = fakeContext();
  const budget = new Budget(context, 250);
  await budget.spend(async (leftMs) => {
    expect(leftMs).toBe(250);
    context.advance(100);
  });
  context.advance(10_000); // Waits for the ledger.
  await budget.spend(async (leftMs, stop) => {
    expect(leftMs).toBe(150);
    context.advance(50);
    stop();
    context.advance(5000);
  });
  expect(budget.leftMs).toBe(100);
  await expect(
    budget.spend(async () => Promise.reject(new Error(`${context.advance(400)}`))),
  ).rejects.toThrow('undefined');
  expect(budget.leftMs).toBe(0);
});
