import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { processContext } from '../../src/context.ts';
import { secondsBetween } from '../../src/model.ts';
import { measureOutages } from '../../src/probe/downtime.ts';
import { startProber } from '../../src/probe/prober.ts';
import { parseTarget } from '../../src/probe/target.ts';
import { eventually } from '../support/eventually.ts';
import { answering, startHttp } from './endpoint.ts';

// A limit for a busy machine; no test waits for it.
vi.setConfig({ testTimeout: 60_000 });

const intervalMs = 200;

/** Runs in parallel and prints how long the endpoint was away. */
function secondOpinion(port: number) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'independentProber.mjs'), String(port)]);
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  const lines = () => text.split('\n').slice(0, -1);
  return {
    sees: (word: 'good' | 'bad') =>
      eventually(() => (lines().at(-1)?.endsWith(` ${word}`) ? true : undefined), {
        what: `a ${word} answer`,
      }),
    downtimeSeconds() {
      const samples = lines().map((line) => ({
        ms: Number(line.split(' ')[0]),
        good: line.endsWith(' good'),
      }));
      const first = samples.findIndex(({ good }) => !good);
      const last = samples.findLastIndex(({ good }) => !good);
      return ((samples[last + 1]?.ms ?? Number.NaN) - (samples[first - 1]?.ms ?? Number.NaN)) / 1000;
    },
  };
}

test('the measured downtime of a real endpoint is within two intervals of an independent prober', async () => {
  const context = processContext();
  const { port, close } = await startHttp(answering('old'));
  const opinion = secondOpinion(port);
  await opinion.sees('good');
  let failures = 0;
  const prober = startProber(context, {
    target: parseTarget({ url: `http://127.0.0.1:${port}/health` }),
    intervalMs,
    onAttempt: ({ healthy }) => {
      if (!healthy) failures += 1;
    },
  });
  await prober.first;
  const commandStartedAt = context.instant();
  await close();
  await eventually(() => failures >= 5 || undefined, { what: 'five failures' });
  await opinion.sees('bad');
  await startHttp(answering('new'), { port });
  expect(await prober.untilGood({ after: context.instant(), timeoutMs: 60_000 })).toBe(true);
  await opinion.sees('good');

  const attempts = await prober.stop();
  const [outage, ...more] = measureOutages({ attempts, commandStartedAt, hasPreviousVersion: true });
  if (outage === undefined || outage.endedAt === null) throw new Error('no closed outage');
  expect(more).toEqual([]);
  const { seconds } = secondsBetween(outage.beganAt, outage.endedAt);
  expect(seconds).toBeGreaterThan((4 * intervalMs) / 1000);
  expect(Math.abs(seconds - opinion.downtimeSeconds())).toBeLessThanOrEqual((2 * intervalMs) / 1000);
});
