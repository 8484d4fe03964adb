import { describe, expect, onTestFinished, test } from 'vitest';
import { processContext } from '../../src/context.ts';
import { cacheStatements } from '../../src/ledger/file/cacheStatements.ts';
import { readSnapshot } from '../../src/ledger/push/snapshot.ts';
import { exposition } from '../../src/metrics/exposition.ts';
import { groupSamples } from '../../src/metrics/samples.ts';
import { put } from '../../src/push/gateway/pushgateway.ts';
import { type LedgerWorld, ledgerWorld } from '../ledger/ledgerWorld.ts';
import { startGateway } from '../support/gateway.ts';
import { defaults, everNew, type Naming, playDeployments } from './manyDeployments.ts';

/** See docs/metrics.md, "How many series". */
const normalSeries = 380;
/** About 35 kB with short names; here IDs and commits have their full length. */
const normalBytes = 40_000;
const mostSeries = 2300;
const many = 10_000;

function played(deployments: number, naming: Naming): LedgerWorld {
  const world = ledgerWorld();
  cacheStatements(world.database); // As in a server, because there are hundreds of thousands of marks.
  playDeployments(world, { from: 0, to: deployments, naming });
  return world;
}

function textOf({ database }: LedgerWorld): string {
  return exposition(groupSamples(readSnapshot(database, { groupId: 1, programVersion: '0.1.0' })));
}

const seriesIn = (text: string) => text.split('\n').filter((line) => /^[a-z]/.test(line));
/** Without values, and without labels that name one deployment, version or ledger. */
const shapesIn = (text: string) =>
  seriesIn(text)
    .map((line) =>
      line.replace(/ \S+$/, '').replace(/(deployment_id|version|commit_sha|ledger)="[^"]*"/g, '$1'),
    )
    .sort();

describe('Ten thousand deployments', () => {
  test('a group has its default size after ten thousand deployments with default names', () => {
    const text = textOf(played(many, defaults(many)));
    expect(seriesIn(text).length).toBeLessThanOrEqual(normalSeries);
    expect(text.length).toBeLessThanOrEqual(normalBytes);
    expect(text).toContain(`deployment_total{status="success"}`);
  }, 300_000);

  test('a group with ever new names stays within the caps and is pushed as fast after ten thousand deployments as after ten', async () => {
    const large = played(many, everNew);
    const small = played(10, everNew);
    const text = textOf(large);
    expect(seriesIn(text).length).toBeLessThanOrEqual(mostSeries);
    expect(shapesIn(text)).toEqual(shapesIn(textOf(small)));
    expect(large.observed('deployment_duration_seconds').count).toBe(many);
    const gateway = await startGateway();
    onTestFinished(() => gateway.stop());
    const push = pushTo(gateway.url);
    const limit = 1.1;
    const ratio = await quietRatio(
      () => push(large),
      () => push(small),
      limit,
    );
    expect(ratio).toBeLessThanOrEqual(limit);
  }, 300_000);
});

/** All steps of a push: read, render, PUT. */
function pushTo(url: string): (world: LedgerWorld) => Promise<void> {
  const gateway = { url, credentials: { headers: {}, caPem: null }, context: processContext() };
  const key = { instance: 'web-1', deployment: 'shop', environment: 'staging' };
  return async (world) => {
    const { outcome } = await put(gateway, { key, timeoutMs: 10_000, text: textOf(world) });
    if (outcome !== 'delivered') throw new Error(outcome);
  };
}

/**
 * The ratio of the lower quartiles of the durations of two functions that run alternately. Other processes may disturb one
 * of the two for a while, so a ratio above `limit` is measured with ten times as many pairs before it is returned.
 */
async function quietRatio(
  one: () => Promise<void>,
  other: () => Promise<void>,
  limit: number,
): Promise<number> {
  const timed = async (what: () => Promise<void>) => {
    const began = performance.now();
    await what();
    return performance.now() - began;
  };
  const [ofOne, ofOther]: [number[], number[]] = [[], []];
  const ratio = () => lowerQuartile(ofOne) / lowerQuartile(ofOther);
  for (let pair = 0; pair < 510; pair += 1) {
    // The first of a pair pays for garbage of the other, so they alternate.
    const first = pair % 2 === 0 ? await timed(one) : 0;
    const second = await timed(other);
    const last = pair % 2 === 0 ? first : await timed(one);
    if (pair < 10) continue; // The first pairs are warm-up.
    ofOne.push(last);
    ofOther.push(second);
    if (ofOne.length % 50 === 0 && ratio() <= limit) break;
  }
  return ratio();
}

function lowerQuartile(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 4)] as number;
}
