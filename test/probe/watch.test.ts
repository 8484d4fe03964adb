import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../src/probe/finding.ts';
import { watchHealth } from '../../src/probe/watch.ts';
import { fakeContext } from '../support/context.ts';
import { attemptAt } from './attempts.ts';

const options = { intervalMs: 1000, attemptTimeoutMs: 5000, watchMs: 20_000, minSuccess: 0.95 };

function watch(verdictOf: (index: number) => Verdict, changes: Partial<typeof options> = {}) {
  const context = fakeContext();
  let index = 0;
  const attempt = async () => attemptAt(context.instant(), verdictOf(index++));
  return watchHealth(context, { ...options, ...changes, attempt });
}

describe('health --watch', () => {
  test('a watch lasts its whole time and tolerates the permitted ratio of failures', async () => {
    const done = await watch((index) => (index === 3 ? 'reset' : 'healthy'));
    expect(done).toMatchObject({
      success: true,
      verdict: 'healthy',
      words: '19 of 20 attempts were healthy, needed 95 %; last failure: words of reset',
    });
    expect(done.attempts.length).toBe(20);
    expect(done.endedAt.wallMs - done.startedAt.wallMs).toBe(20_000);
    expect(done.firstGoodAt).toEqual(done.attempts[0]?.endedAt);
  });

  test('a watch ends as soon as the ratio cannot be reached any more', async () => {
    const done = await watch((index) => (index % 5 === 4 ? 'timeout' : 'healthy'));
    expect(done).toMatchObject({
      success: false,
      verdict: 'unstable',
      words: '8 of 10 attempts were healthy, needed 95 %; last failure: words of timeout',
    });
  });

  test('a watch without any success has the verdict of its failures', async () => {
    const done = await watch(() => 'refused');
    expect(done).toMatchObject({ success: false, verdict: 'refused', firstGoodAt: null });
    expect(done.attempts.length).toBe(2);
  });

  test('a watch makes one attempt even without any time', async () => {
    const done = await watch(() => 'healthy', { watchMs: 0 });
    expect(done).toMatchObject({ success: true, words: '1 of 1 attempts were healthy, needed 95 %' });
  });

  test('a watch fails with a single failure if all attempts must succeed', async () => {
    expect(await watch((index) => (index === 19 ? 'reset' : 'healthy'), { minSuccess: 1 })).toMatchObject({
      success: false,
      verdict: 'unstable',
    });
  });
});
