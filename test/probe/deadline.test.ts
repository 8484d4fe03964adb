import { describe, expect, test } from 'vitest';
import { startDeadline } from '../../src/probe/deadline.ts';
import { fakeContext } from '../support/context.ts';

describe('a deadline', () => {
  test('expires when its time has passed', async () => {
    const context = fakeContext();
    const expired = new Promise((resolve) => startDeadline(context, 5, () => resolve('expired')));
    expect(await expired).toBe('expired');
  });

  test('gives back what its own process slept through, once', async () => {
    const context = fakeContext();
    const events: string[] = [];
    // What lies in the socket is read after the timers that are due.
    setTimeout(() => setImmediate(() => events.push('read')), 5);
    const expired = new Promise<void>((resolve) => {
      startDeadline(context, 5, () => {
        events.push('expired');
        resolve();
      });
    });
    // The process is held up for two seconds, and an answer lies in the socket meanwhile.
    context.advance(2000);
    await expired;
    expect(events).toEqual(['read', 'expired']);
  });

  test('that was called off never expires', async () => {
    let expired = false;
    const off = startDeadline(fakeContext(), 1, () => {
      expired = true;
    });
    off();
    await new Promise<void>((resolve) => startDeadline(fakeContext(), 10, resolve));
    expect(expired).toBe(false);
  });

  test('of months does not expire at once', async () => {
    let expired = false;
    const off = startDeadline(fakeContext(), 2 ** 33, () => {
      expired = true;
    });
    await new Promise<void>((resolve) => startDeadline(fakeContext(), 10, resolve));
    off();
    expect(expired).toBe(false);
  });
});
