import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectWords, fuzzFolder, patience, runs } from './inProcess.ts';
import { damaged, oddBytes, oddJson, oddText } from './odd.ts';

const columns = [
  'deployment_id',
  'version',
  'environment',
  'deployment',
  'status',
  'started_at',
  'completed_at',
  'total_duration',
  'error_message',
];
const csv = fc
  .array(fc.array(oddText, { minLength: 1, maxLength: columns.length }), { maxLength: 4 })
  .map((rows) => [columns, ...rows].map((row) => row.join(',')).join('\n'));
const jsonLines = fc
  .array(fc.dictionary(fc.constantFrom(...columns), fc.oneof(oddText, fc.jsonValue({ maxDepth: 2 }))), {
    maxLength: 4,
  })
  .map((rows) => rows.map((row) => JSON.stringify(row)).join('\n'));

test('any CSV, JSON, JSON lines, log or export is imported or rejected with a reason', {
  timeout: patience,
}, async () => {
  const { folder, run } = fuzzFolder();
  await run(['start', '--id', 'd', '--deployment', 'app', '--version', '1']);
  await run(['phase', 'record', 'known', '--duration', '1s', '--id', 'd']);
  await run(['finish', '--id', 'd']);
  const exported = (await run(['export'])).stdout;
  expect(exported).toContain('known');
  const content = fc.oneof(
    csv,
    csv.chain(damaged),
    jsonLines,
    oddJson,
    damaged(exported),
    oddBytes.map(String),
  );
  const file = join(folder, 'in');
  await fc.assert(
    fc.asyncProperty(content, async (text) => {
      writeFileSync(file, text);
      expectWords(await run(['import', file, '--deployment', 'app', '--json']), [0, 1]);
      expectWords(await run(['history', '--json']), [0]);
    }),
    { numRuns: runs(80) },
  );
});

test('any change to the bytes of an older database leads to rows or to a reason', {
  timeout: patience,
}, async () => {
  const { folder, run } = fuzzFolder();
  const file = join(folder, 'older.db');
  const older = new Database(file);
  older.exec(
    `CREATE TABLE deployment_metrics (${columns.join(', ')});
     INSERT INTO deployment_metrics VALUES ('a', '1', 'production', 'app', 'success', '2026-01-01T10:00:00Z', '2026-01-01T10:01:00Z', 60, NULL)`,
  );
  const whole = older.serialize();
  older.close();
  const changes = fc.array(fc.tuple(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 })), {
    minLength: 1,
    maxLength: 60,
  });
  await fc.assert(
    fc.asyncProperty(changes, fc.nat({ max: whole.length }), async (some, length) => {
      const bytes = Buffer.from(whole);
      for (const [at, value] of some) bytes[at] = value;
      writeFileSync(file, length % 3 === 0 ? bytes.subarray(0, length) : bytes);
      expectWords(await run(['import', file, '--deployment', 'app', '--json']), [0, 1]);
    }),
    { numRuns: runs(40) },
  );
});
