import fc from 'fast-check';
import { expect, test } from 'vitest';
import { importLegacy, readRows } from '../../src/collect/exchange/importLegacy.ts';
import { readCsv } from '../../src/collect/legacy/csvRows.ts';
import { readJsonLines } from '../../src/collect/legacy/jsonRows.ts';
import type { LegacyFile } from '../../src/collect/legacy/legacyFile.ts';
import { timeZone } from '../../src/collect/legacy/timeZone.ts';
import { transaction } from '../../src/ledger/file/transaction.ts';
import { type LedgerWorld, ledgerWorld } from '../ledger/ledgerWorld.ts';

const defaults = {
  deployment: 'gateway',
  environment: 'production',
  hostname: 'VM-1',
  zone: timeZone('Europe/Berlin'),
};

function takeIn({ context, database }: LedgerWorld, file: LegacyFile) {
  const read = readRows({ name: 'f', file }, defaults);
  return transaction(database, { mode: 'write' }, () => importLegacy(context, { database, read }));
}

const odd = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom<unknown>('', '1e999', '-1', {}, [], '2026-13-01', '\ud800', '\0', 'in-progress'),
  fc.uint8Array({ maxLength: 3 }).map((bytes) => Buffer.from(bytes)),
);
const or = (good: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 6, arbitrary: good }, { weight: 1, arbitrary: odd });
const time = fc
  .tuple(
    fc.integer({ min: 0, max: 20 }),
    fc.constantFrom('', 'Z', '+02:00', ' UTC'),
    fc.constantFrom('T', ' '),
  )
  .map(([second, zone, mark]) => `2026-01-14${mark}18:45:${String(second).padStart(2, '0')}${zone}`);
const row = fc.record(
  {
    version: or(fc.constantFrom('1', '2')),
    deployment_started_at: or(time),
    deployment_completed_at: or(time),
    status: or(fc.constantFrom('success', 'warning', 'failed')),
    hostname: or(fc.constantFrom('A', 'a', 'B')),
    total_duration: or(fc.double({ min: 0, max: 1e6, noNaN: true })),
    time_to_healthy: or(fc.constantFrom('15.8', 20, '')),
    health_check_success: or(fc.constantFrom(true, 0, 'yes')),
    notes: odd,
    deployed_at: or(time),
    deployment_id: fc.option(fc.constantFrom('x', '', '../etc'), { nil: undefined }),
    constructor: odd,
  },
  { requiredKeys: [] },
);

test('every imported row is new, known or rejected with a reason, and importing it again finds it known', () => {
  const world = ledgerWorld();
  const seen = { taken: 0, refused: 0 };
  fc.assert(
    fc.property(fc.array(row, { maxLength: 12 }), (raws) => {
      world.database.exec(
        'DELETE FROM deployment_metrics; DELETE FROM imported_deployments; DELETE FROM deployment_facts',
      );
      const rows = raws.map((raw, index) => ({ table: null, row: index + 1, raw, why: '' }));
      const first = takeIn(world, { format: 'jsonl', rows });
      const { taken, refused } = first;
      expect(taken.new + taken.changed + taken.known + refused.length).toBe(rows.length);
      expect(world.rows('SELECT count(*) AS n FROM deployment_metrics')).toEqual([{ n: taken.new }]);
      for (const { why } of refused) expect(why).toMatch(/\w/);
      const again = takeIn(world, { format: 'jsonl', rows });
      expect([again.taken.new, again.refused]).toEqual([0, refused]);
      seen.taken += taken.new;
      seen.refused += refused.length;
    }),
    { numRuns: 150 },
  );
  expect(world.rows('SELECT * FROM totals')).toEqual([]);
  expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(30);
});

const header = 'version,deployment_started_at,deployment_completed_at,status,notes';
const field = fc.oneof(
  fc.constantFrom('1', '2026-01-14 18:45:00', 'success', '"a ""b"", c"', '"', 'x"y', '"two\nlines"', ''),
  fc.string({ unit: 'binary', maxLength: 5 }),
);

test('reading CSV or JSON lines survives any text', () => {
  const line = fc.array(field, { maxLength: 7 }).map((fields) => fields.join(','));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), fc.constantFrom('\n', '\r\n'), (lines, end) => {
      const found = readCsv([header, ...lines].join(end));
      for (const { raw, why, row: at } of found?.rows ?? []) {
        expect(raw !== null || why !== '').toBe(true);
        expect(at).toBeGreaterThan(1);
      }
      const json = readJsonLines(`{"version":"1","deployed_at":"x"}\n${lines.join('\n')}`);
      expect(json?.rows.length).toBe(
        1 +
          lines
            .join('\n')
            .split('\n')
            .filter((text) => text.trim() !== '').length,
      );
    }),
  );
});

test('a CSV file with one invalid line gives all its valid lines', () => {
  const text = `${header}\n1,2026-01-14 18:45:00,2026-01-14 18:46:00,success,"a, ""b"""\n2,too,few\n3,2026-01-14 18:50:00,2026-01-14 18:51:00,failed,\n`;
  for (const [from, to] of [
    [',', ','],
    [/,(?! )/g, ';'],
  ] as const) {
    const { rows = [] } = readCsv(text.replaceAll(from, to)) ?? {};
    expect(rows.map(({ row: at, raw, why }) => [at, raw?.version ?? why, raw?.notes])).toEqual([
      [2, '1', 'a, "b"'],
      [3, 'it has 3 fields, but the header has 5', undefined],
      [4, '3', ''],
    ]);
  }
});
