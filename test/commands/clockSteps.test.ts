import { expect, test } from 'vitest';
import { stopwatch } from '../../src/duration.ts';
import { waitWhileLocked } from '../../src/ledger/file/transaction.ts';
import { Budget } from '../../src/push/lease.ts';
import { fakeContext } from '../support/context.ts';

const hour = 3_600_000;
const steps: [string, number][] = [
  ['back', -hour],
  ['forward', hour],
];

test.each(steps)('a stopwatch does not change while the wall clock is set %s', (_, step) => {
  const context = fakeContext();
  const elapsedMs = stopwatch(context);
  context.setWallTime(context.instant().wallMs + step);
  context.advance(250);
  expect(elapsedMs()).toBeCloseTo(250);
});

test.each(steps)(
  'a time budget is reduced by the actual duration of work while the wall clock is set %s',
  async (_, step) => {
    const context = fakeContext();
    const budget = new Budget(context, 1000);
    await budget.spend(async () => {
      context.setWallTime(context.instant().wallMs + step);
      context.advance(400);
    });
    expect(budget.leftMs).toBeGreaterThanOrEqual(599);
    expect(budget.leftMs).toBeLessThanOrEqual(600);
  },
);

test.each(steps)(
  'the wait for a locked ledger takes its actual time while the wall clock is set %s',
  async (_, step) => {
    const context = fakeContext();
    const beganSeconds = context.instant().monotonicSeconds ?? 0;
    const busy = Object.assign(new Error('locked'), { code: 'SQLITE_BUSY' });
    const stepping = {
      ...context,
      sleep: async (ms: number) => {
        context.setWallTime(context.instant().wallMs + step);
        context.advance(ms);
      },
    };
    const attempt = () => {
      throw busy;
    };
    const waiting = waitWhileLocked(stepping, { timeoutMs: 2000, path: 'ledger', attempt });
    await expect(waiting).rejects.toMatchObject({ code: 'LEDGER_BUSY' });
    const seconds = (context.instant().monotonicSeconds ?? 0) - beganSeconds;
    expect(seconds).toBeGreaterThan(1.9);
    expect(seconds).toBeLessThan(2.1);
  },
);
