import SqliteDatabase from 'better-sqlite3';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { processContext } from '../../src/context.ts';
import type { Database } from '../../src/ledger/file/addon.ts';
import { cacheStatements } from '../../src/ledger/file/cacheStatements.ts';
import { schemaSql } from '../../src/ledger/file/schema.ts';
import { applyMark } from '../../src/ledger/marks/apply.ts';
import { readSnapshot } from '../../src/ledger/push/snapshot.ts';
import type { Mark } from '../../src/marks.ts';
import { exposition } from '../../src/metrics/exposition.ts';
import { groupSamples } from '../../src/metrics/samples.ts';
import type { GroupKey, Instant } from '../../src/model.ts';
import { put, remove } from '../../src/push/gateway/pushgateway.ts';
import { fakeContext } from '../support/context.ts';
import { startGateway } from '../support/gateway.ts';
import { oddHistory } from './oddHistories.ts';

/** More by hand: DEPLOYTRACK_FUZZ_RUNS=10000. */
const histories = Number(process.env.DEPLOYTRACK_FUZZ_RUNS ?? 1000);

test('the gateway accepts every push of a thousand random histories with odd names', async () => {
  const gateway = await startGateway();
  const there = { url: gateway.url, credentials: { headers: {}, caPem: null }, context: processContext() };
  const database = emptyLedger();
  cacheStatements(database); // As in a server.
  let series = 0;
  try {
    await fc.assert(
      fc.asyncProperty(oddHistory, async ({ key, first, steps }) => {
        const text = pushed(database, {
          key,
          marks: (at) => [first(at(), 'd1'), ...steps.map(([step, id]) => step(at(), id))],
        });
        series += text.split('\n').length;
        const call = { key, timeoutMs: 10_000 };
        expect(await put(there, { ...call, text })).toMatchObject({ outcome: 'delivered' });
        await remove(there, call);
      }),
      { numRuns: histories },
    );
    expect(series).toBeGreaterThan(histories * 200);
    expect(await gateway.groups()).toEqual([]);
  } finally {
    await gateway.stop();
  }
}, 600_000);

/** The text of a group after these marks, which are then rolled back. */
function pushed(
  database: Database,
  { key, marks }: { key: GroupKey; marks: (at: () => Instant) => readonly Mark[] },
): string {
  const context = fakeContext();
  const at = () => {
    context.advance(1000);
    return context.instant();
  };
  database.exec('BEGIN');
  try {
    for (const mark of marks(at))
      applyMark(context, { database, mark: mark.kind === 'start' ? { ...mark, ...key } : mark });
    return exposition(groupSamples(readSnapshot(database, { groupId: 1, programVersion: '0.1.0' })));
  } finally {
    database.exec('ROLLBACK');
  }
}

function emptyLedger(): Database {
  const database = new SqliteDatabase(':memory:');
  database.exec(schemaSql);
  database.exec("INSERT INTO ledger VALUES (1, 'ledger', 'now')");
  onTestFinished(() => {
    database.close();
  });
  return database;
}
