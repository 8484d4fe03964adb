import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../src/probe/finding.ts';
import { verifyHealth } from '../../src/probe/verify.ts';
import { type FakeContext, fakeContext } from '../support/context.ts';
import { attemptAt } from './attempts.ts';

const options = { intervalMs: 1000, timeoutMs: 10_000, attemptTimeoutMs: 5000, consecutive: 1 };

/** An endpoint whose attempts end as listed, repeating the last, each after `tookMs` or at its timeout. */
function scripted(context: FakeContext, verdicts: readonly Verdict[], tookMs = 0) {
  const timeouts: number[] = [];
  const sentAt: number[] = [];
  const begin = context.instant().wallMs;
  return {
    timeouts,
    sentAt,
    async attempt(timeoutMs: number) {
      const verdict = verdicts[Math.min(timeouts.length, verdicts.length - 1)] ?? 'error';
      timeouts.push(timeoutMs);
      sentAt.push(context.instant().wallMs - begin);
      context.advance(Math.min(tookMs, timeoutMs));
      return attemptAt(context.instant(), tookMs >= timeoutMs ? 'timeout' : verdict);
    },
  };
}

describe('Health verification', () => {
  test('a verification ends with the first successful attempt', async () => {
    const context = fakeContext();
    const { attempt, sentAt } = scripted(context, ['refused', 'wrong_version', 'healthy']);
    const seen: string[] = [];
    const done = await verifyHealth(context, {
      ...options,
      attempt,
      onAttempt: (made) => seen.push(made.verdict),
    });
    expect(done).toMatchObject({ success: true, verdict: 'healthy', words: 'words of healthy (3 attempts)' });
    expect(seen).toEqual(['refused', 'wrong_version', 'healthy']);
    expect(sentAt).toEqual([0, 1000, 2000]);
    expect(done.firstGoodAt).toEqual(done.attempts[2]?.endedAt);
    expect(done.endedAt.wallMs - done.startedAt.wallMs).toBe(2000);
  });

  test('a verification counts the interval from start to start of its attempts', async () => {
    const context = fakeContext();
    const { attempt, sentAt } = scripted(context, ['wrong_status', 'wrong_status', 'healthy'], 400);
    await verifyHealth(context, { ...options, attempt });
    expect(sentAt).toEqual([0, 1000, 2000]);
  });

  test('a verification sends the next attempt immediately after one that took longer than the interval', async () => {
    const context = fakeContext();
    const { attempt, sentAt } = scripted(context, ['wrong_status', 'healthy'], 2500);
    await verifyHealth(context, { ...options, attempt });
    expect(sentAt).toEqual([0, 2500]);
  });

  test('a verification needs its successes in a row, and dates them by the first of that row', async () => {
    const context = fakeContext();
    const { attempt } = scripted(context, ['healthy', 'reset', 'healthy', 'healthy', 'healthy']);
    const done = await verifyHealth(context, { ...options, attempt, consecutive: 3 });
    expect(done.success).toBe(true);
    expect(done.attempts.length).toBe(5);
    expect(done.firstGoodAt).toEqual(done.attempts[2]?.endedAt);
  });

  test('a verification gives up at its timeout, after a last attempt just before, and reports what it saw', async () => {
    const context = fakeContext();
    const { attempt, sentAt } = scripted(context, ['refused', 'wrong_version']);
    const done = await verifyHealth(context, { ...options, timeoutMs: 3000, attempt });
    expect(done).toMatchObject({
      success: false,
      verdict: 'wrong_version',
      words: 'not healthy within 3 s (4 attempts): words of wrong_version',
      firstGoodAt: null,
    });
    expect(sentAt).toEqual([0, 1000, 2000, 2500]);
  });

  test('a verification never lasts longer than its timeout if the server hangs', async () => {
    const context = fakeContext();
    const { attempt, timeouts } = scripted(context, ['healthy'], 60_000);
    const done = await verifyHealth(context, { ...options, timeoutMs: 12_000, attempt });
    expect(done).toMatchObject({ success: false, verdict: 'timeout' });
    expect(timeouts).toEqual([5000, 5000, 2000]);
    expect(done.endedAt.wallMs - done.startedAt.wallMs).toBe(12_000);
  });

  test('a verification does not report the timeout of a shortened last attempt', async () => {
    const context = fakeContext();
    const { attempt } = scripted(context, ['wrong_version'], 800);
    const done = await verifyHealth(context, { ...options, timeoutMs: 2500, attempt });
    expect(done.attempts.map(({ verdict }) => verdict)).toEqual([
      'wrong_version',
      'wrong_version',
      'timeout',
    ]);
    expect(done.verdict).toBe('wrong_version');
  });

  test('a verification makes one attempt even without any time', async () => {
    const context = fakeContext();
    const { attempt, timeouts } = scripted(context, ['healthy']);
    const done = await verifyHealth(context, { ...options, timeoutMs: 0, attempt });
    expect(done.success).toBe(true);
    expect(timeouts).toEqual([1]);
  });

  test('a verification reports an endpoint with too few successes in a row as unstable', async () => {
    const context = fakeContext();
    const { attempt } = scripted(context, ['refused', 'healthy']);
    const done = await verifyHealth(context, { ...options, timeoutMs: 3000, consecutive: 5, attempt });
    expect(done).toMatchObject({
      success: false,
      verdict: 'unstable',
      words: 'not healthy within 3 s (4 attempts): healthy 3 times in a row, needed 5',
    });
  });
});
