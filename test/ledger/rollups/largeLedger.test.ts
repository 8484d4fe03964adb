import SqliteDatabase from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { readBreakdown } from '../../../src/ledger/analytics/breakdown.ts';
import { readFigures } from '../../../src/ledger/analytics/figures.ts';
import { readPhaseTimes } from '../../../src/ledger/analytics/phaseTimes.ts';
import { forgetRollups } from '../../../src/ledger/file/rollupTables.ts';
import { transaction } from '../../../src/ledger/file/transaction.ts';
import { readFitRows } from '../../../src/ledger/fit/views.ts';
import { readStatistics } from '../../../src/ledger/read/statistics.ts';
import { lookThrough } from '../../../src/ledger/rollups/fitDeployments.ts';
import { foldAll, foldOnce } from '../../../src/ledger/rollups/keepUp.ts';
import { fewDeployments, isBehindNow, reachOf } from '../../../src/ledger/rollups/state.ts';
import { isoTime } from '../../../src/model.ts';
import { type LedgerWorld, ledgerWorld } from '../ledgerWorld.ts';

const firstMs = Date.parse('2026-01-01T00:00:00.000Z');

/** So many finished deployments, one every ten minutes, each with a version of its own. */
function withDeployments(count: number): LedgerWorld {
  const world = ledgerWorld({ now: firstMs + count * 600_000 });
  const insert = world.database.prepare(
    `INSERT INTO deployment_metrics (version, deployment_started_at, deployment_completed_at, deployment_status, deployment_id, deployment,
       environment, hostname, instance, total_duration, extract_duration, cutover_duration)
     VALUES (@version, @started, @completed, @status, @id, 'shop', 'production', @host, @host, @total, @extract, 2)`,
  );
  transaction(world.database, { mode: 'write' }, () => {
    for (let number = 0; number < count; number += 1) {
      const startMs = firstMs + number * 600_000;
      insert.run({
        version: `1.${number}`,
        id: `d${number}`,
        started: isoTime(startMs),
        completed: isoTime(startMs + 90_000),
        status: number % 50 === 7 ? 'failed' : 'success',
        host: `web-${number % 3}`,
        total: 60 + (number % 100),
        extract: 5 + (number % 10),
      });
    }
  });
  return world;
}

const fold = ({ context, database }: LedgerWorld) => foldAll(context, { database, sliceMs: 10_000 });

describe('A ledger with many deployments', () => {
  test('has the same figures as row by row, and quantiles within 1 %', async () => {
    const world = withDeployments(fewDeployments + 100);
    // A limit that no ledger reaches: row by row.
    const byRow = readFigures(world.database, { limit: 1e6 });
    const check = (): void => {
      const found = readFigures(world.database, {});
      expect({ ...found, totalSeconds: null, phases: null, downtimeTogetherSeconds: null }).toMatchObject({
        total: 2100,
        failed: 42,
        bad: 42,
        trend: byRow.trend,
        quantileError: 0.01,
      });
      expect(found.totalSeconds.mean).toBeCloseTo(byRow.totalSeconds.mean ?? 0, 6);
      for (const name of ['median', 'p95'] as const)
        expect((found.totalSeconds[name] ?? 0) / (byRow.totalSeconds[name] ?? 1)).toBeCloseTo(1, 1.7);
      expect(found.downtimeTogetherSeconds).toBeCloseTo(byRow.downtimeTogetherSeconds ?? 0, 6);
      expect(found.restoreSeconds.count).toBe(byRow.restoreSeconds.count);
      expect(found.phases.map(({ stage }) => stage)).toEqual(byRow.phases.map(({ stage }) => stage));
    };
    check();
    await fold(world);
    expect(world.rows('SELECT count(*) AS n FROM rollups')[0]?.n).toBeGreaterThan(100);
    check();
  });

  test('has the same phases and hosts as row by row', async () => {
    const world = withDeployments(fewDeployments + 100);
    await fold(world);
    const byRow = { limit: 1e6 };
    const plain = ({
      medianSeconds: _,
      p95Seconds: __,
      quantileError: ___,
      share,
      ...phase
    }: ReturnType<typeof readPhaseTimes>[number]) => ({ ...phase, share: share?.toFixed(9) });
    expect(readPhaseTimes(world.database, {}).map(plain)).toEqual(
      readPhaseTimes(world.database, byRow).map(plain),
    );
    const hosts = (filter: { limit?: number }) =>
      readBreakdown(world.database, { by: 'host', filter }).parts.map(
        ({ medianSeconds: _, ...part }) => part,
      );
    expect(hosts({})).toEqual(hosts(byRow));
  });

  test('shows only the newest versions if so many are asked for, whole ones', () => {
    const world = withDeployments(fewDeployments + 100);
    world.database
      .prepare("UPDATE deployment_metrics SET version = '1.2099' WHERE deployment_id IN ('d3', 'd4')")
      .run();
    const { parts, hasOlder } = readBreakdown(world.database, { by: 'version', filter: {}, most: 10 });
    expect([parts.length, hasOlder, parts[0]?.deployments]).toEqual([10, true, 3]);
    const all = readBreakdown(world.database, { by: 'version', filter: {} });
    expect([all.parts.length, all.hasOlder]).toEqual([2098, false]);
    expect(parts).toEqual(all.parts.slice(0, 10));
  });

  test('names no roll-ups that rows have become invalid for', async () => {
    const world = withDeployments(fewDeployments + 100);
    await fold(world);
    const leftOut: string[] = [];
    const reader = new SqliteDatabase(world.path);
    readFitRows(reader, (what) => leftOut.push(what));
    expect(lookThrough(reader)).toBe(true);
    world.database.prepare("UPDATE deployment_metrics SET total_duration = 'x' WHERE id = 5").run();
    expect(lookThrough(reader)).toBe(false);
    await fold(world);
    expect(lookThrough(reader)).toBe(false);
    expect(readStatistics(reader, {}).total).toBe(2099);
    world.database.prepare('UPDATE deployment_metrics SET total_duration = 1 WHERE id = 5').run();
    await fold(world);
    expect(lookThrough(reader)).toBe(true);
    reader.close();
  });

  test('is rolled up again from the newest deployment on, a little at a time, and read meanwhile', () => {
    const world = withDeployments(fewDeployments + 10);
    const { context, database } = world;
    database.exec(forgetRollups);
    const before = readFigures(database, {});
    expect(foldOnce(context, { database, forMs: 0 })).toBe('more');
    expect(reachOf(database).slice(0, 10)).toBe('2026-01-14');
    expect(readFigures(database, {}).totalSeconds).toMatchObject({ count: before.totalSeconds.count });
    let slices = 1;
    while (foldOnce(context, { database, forMs: 0 }) === 'more') slices += 1;
    expect(slices).toBeGreaterThan(300);
    expect([reachOf(database), isBehindNow(context, database)]).toEqual(['', false]);
    expect(readFigures(database, {}).total).toBe(before.total);
  });
});

test('a small ledger is not rolled up, and is read row by row', () => {
  const world = withDeployments(10);
  const { context, database } = world;
  expect(foldOnce(context, { database, forMs: 1000 })).toBe('nothing');
  expect(world.rows('SELECT * FROM rollups')).toEqual([]);
  expect(readFigures(database, {})).toMatchObject({ total: 10, quantileError: null });
});

test('a ledger that another process writes is not waited for', () => {
  const world = withDeployments(fewDeployments);
  const { context, database } = world;
  database.pragma('busy_timeout = 0');
  const other = new SqliteDatabase(world.path);
  other.exec('BEGIN IMMEDIATE');
  expect(foldOnce(context, { database, forMs: 1000 })).toBe('busy');
  other.exec('ROLLBACK');
  expect(foldOnce(context, { database, forMs: 1000 })).toBe('nothing');
  expect(database.pragma('synchronous', { simple: true })).toBe(2);
  other.close();
});
