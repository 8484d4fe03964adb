import { describe, expect, test } from 'vitest';
import { startDeadline } from '../../src/probe/deadline.ts';
import { fakeContext } from '../support/context.ts';

describe('Deadline', () => {
  test('a deadline expires after its time', async () => {
    const context = fakeContext();
    const expired = new Promise((resolve) => startDeadline(context, 5, () => resolve('expired')));
    expect(await expired).toBe('expired');
  });

  test('a deadline is extended once by the time its own process was suspended', async () => {
    const context = fakeContext();
    const events: string[] = [];
    // Data in the socket is read after the timers that are due.
    setTimeout(() => setImmediate(() => events.push('read')), 5);
    const expired = new Promise<void>((resolve) => {
      startDeadline(context, 5, () => {
        events.push('expired');
        resolve();
      });
    });
    // The process is held up for two seconds, while a response is already in the socket.
    context.advance(2000);
    await expired;
    expect(events).toEqual(['read', 'expired']);
  });

  test('a canceled deadline never expires', async () => {
    let expired = false;
    const off = startDeadline(fakeContext(), 1, () => {
      expired = true;
    });
    off();
    await new Promise<void>((resolve) => startDeadline(fakeContext(), 10, resolve));
    expect(expired).toBe(false);
  });

  test('a deadline of months does not expire immediately', async () => {
    let expired = false;
    const off = startDeadline(fakeContext(), 2 ** 33, () => {
      expired = true;
    });
    await new Promise<void>((resolve) => startDeadline(fakeContext(), 10, resolve));
    off();
    expect(expired).toBe(false);
  });
});
