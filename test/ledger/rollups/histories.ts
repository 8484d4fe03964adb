import fc from 'fast-check';
import { exportedDeployment } from '../../../src/ledger/exchange/exportedDeployment.ts';
import { importDeployment } from '../../../src/ledger/exchange/importDeployment.ts';
import { dataVersion } from '../../../src/ledger/file/dataVersion.ts';
import { transaction } from '../../../src/ledger/file/transaction.ts';
import { deleteSome } from '../../../src/ledger/keep/deleteSome.ts';
import { fold } from '../../../src/ledger/rollups/fold.ts';
import type { Mark } from '../../../src/marks.ts';
import { failure, Generator } from '../../../src/sample/generator.ts';
import type { LedgerWorld } from '../ledgerWorld.ts';
import { finishMark, phaseEndMark, phaseStartMark, rollbackMark } from '../makeMarks.ts';

/** The clock of the ledger; its current hour, day, month and year are not rolled up. */
export const nowMs = Date.parse('2026-03-05T12:30:00.000Z');
const hourMs = 3_600_000;

/** One step of a history: it changes the ledger, or rolls up some of it. */
export type Step = (world: LedgerWorld, steps: { readonly number: number }) => void;

/** Hours near each other and near the clock, some days, another month, another year. */
const startMs = fc
  .tuple(
    fc.constantFrom(0, 1, 2, 3, 26, 27, 50, 24 * 33, 24 * 34, 24 * 100, 24 * 100 + 1),
    fc.integer({ min: 0, max: hourMs - 1 }),
  )
  .map(([hours, ms]) => nowMs - 600_000 - hours * hourMs - ms);

const deployed = fc.record({
  startMs,
  deployment: fc.constantFrom('shop', 'portal'),
  host: fc.constantFrom('web-1', 'web-2'),
  seconds: fc.double({ min: 0.001, max: 500, noNaN: true }),
  end: fc.constantFrom('success', 'failed', 'rolled back', 'open', 'discarded', 'other phase', 'warning'),
});

/** A deployment with all its marks, at a time that may be before that of others. */
const deploy = deployed.map(
  (story): Step =>
    (world, { number }) => {
      const { deployment, host, seconds, end } = story;
      const id = `d${number}`;
      const generator = new Generator({
        id,
        startMs: story.startMs,
        ...{
          deployment,
          environment: 'production',
          hostname: host,
          previousVersion: '0',
          version: `1.${number}`,
          triggeredBy: 'ada',
        },
        seconds: {
          extract: seconds,
          venv_rebuild: seconds / 3,
          migration: 1,
          cutover: 0.5,
          ...{ warm_up: seconds / 7 },
        },
        downtimeSeconds: 0.2,
        secondsUntilHealthy: 1,
        end: 'success',
        migrations: 0,
      });
      generator.start();
      generator.phase('extract');
      if (end === 'failed') generator.phase('migration', failure('lock timeout'));
      else generator.phase('cutover');
      if (end === 'other phase') generator.phase('warm_up' as 'extract');
      if (end === 'rolled back' || end === 'success') generator.health(2, end === 'success');
      if (end === 'rolled back') generator.rollback();
      if (end === 'warning') generator.smoke('login', true);
      applyAll(world, generator.marks);
      const last = generator.marks.at(-1);
      if (end === 'open' || last === undefined) return;
      generator.finish();
      const finish = generator.marks.at(-1);
      if (end === 'discarded') world.apply(finishMark(last.at, { deploymentId: id, discard: true }));
      else if (finish !== undefined) world.apply(finish);
    },
);

const pick = fc.nat(40);

/** Marks of a deployment that may have ended long ago. */
const late = fc.tuple(pick, fc.constantFrom('phase', 'rollback', 'finish')).map(
  ([which, kind]): Step =>
    (world) => {
      const deploymentId = idOf(world, which);
      if (deploymentId === null) return;
      const at = { wallMs: nowMs, monotonicSeconds: null, boot: null };
      const stage = 'late_one';
      if (kind === 'phase')
        applyAll(world, [
          phaseStartMark(at, { deploymentId, stage }),
          phaseEndMark(at, { deploymentId, stage }),
        ]);
      else if (kind === 'finish') applyAll(world, [finishMark(at, { deploymentId, status: 'success' })]);
      else
        applyAll(world, [rollbackMark(at, { deploymentId, reason: 'error', success: true, step: 'whole' })]);
    },
);

/** A deployment whose row somebody has made invalid takes no marks. */
function applyAll(world: LedgerWorld, marks: readonly Mark[]): void {
  try {
    for (const mark of marks) world.apply(mark);
  } catch (error) {
    if ((error as { code?: string }).code !== 'LEDGER_ROW') throw error;
  }
}

/** The deployment of another ledger, or the same one again with other rows. */
const imported = fc.tuple(pick, fc.boolean(), startMs).map(
  ([which, isNew, movedMs]): Step =>
    (world, { number }) => {
      const id = idOf(world, which);
      if (id === null) return;
      const { rows, ...carried } = exportedDeployment(world.database, id);
      const [own] = rows.deployment_metrics ?? [];
      if (
        own === undefined ||
        own.deployment_status === 'in-progress' ||
        own.deployment_completed_at === null
      )
        return;
      const deploymentId = isNew ? `i${number}` : id;
      const change = {
        deployment_id: deploymentId,
        deployment_started_at: new Date(movedMs).toISOString(),
        deployment_completed_at: new Date(movedMs + 60_000).toISOString(),
      };
      const named = Object.fromEntries(
        Object.entries(rows).map(([table, some]) => [
          table,
          some.map((row) => ({
            ...row,
            ...(isNew && 'run_id' in row ? { run_id: `${row.run_id}-${number}` } : {}),
            ...(isNew && 'verification_id' in row
              ? { verification_id: `${row.verification_id}-${number}` }
              : {}),
            ...(isNew && 'rollback_id' in row ? { rollback_id: `${row.rollback_id}-${number}` } : {}),
          })),
        ]),
      );
      transaction(world.database, { mode: 'write' }, () =>
        importDeployment(world.database, {
          carried: {
            ...carried,
            deploymentId,
            rows: { ...named, deployment_metrics: [{ ...own, ...change }] },
          },
          wallMs: nowMs,
        }),
      );
    },
);

const pruned = pick.map(
  (which): Step =>
    (world) => {
      const id = idOf(world, which);
      if (id === null) return;
      const site = { instance: 'web-1', deployment: 'shop', environment: 'production' };
      const said = { until: '2027', now: '2027', waiting: new Set<string>(), site };
      transaction(world.database, { mode: 'write' }, () =>
        deleteSome(world.database, {
          ...said,
          found: { dataVersion: dataVersion(world.database), due: [{ id } as never] },
          most: 1,
        }),
      );
    },
);

/** Rows that somebody changes with sqlite3. */
const byHand = fc
  .tuple(
    pick,
    fc.constantFrom(
      'UPDATE deployment_metrics SET total_duration = 7.5 WHERE deployment_id = ?',
      "UPDATE deployment_metrics SET hostname = 'web-9' WHERE deployment_id = ?",
      "UPDATE deployment_metrics SET instance = 'web-2' WHERE deployment_id = ?",
      'UPDATE deployment_metrics SET discarded = 1 - discarded WHERE deployment_id = ?',
      "UPDATE deployment_metrics SET deployment_started_at = '2026-02-01T00:00:00.000Z' WHERE deployment_id = ?",
      "UPDATE deployment_metrics SET deployment_started_at = '2026-02-01 0' || (id % 10) || ':00' WHERE deployment_id = ?",
      "UPDATE deployment_metrics SET deployment_completed_at = '2026-02-01T00:00:01.000Z' WHERE deployment_id = ?",
      'UPDATE deployment_stages SET duration_seconds = 3 WHERE deployment_id = ?',
      "UPDATE deployment_stages SET stage = 'renamed' WHERE deployment_id = ?",
      "UPDATE deployment_stages SET deployment_id = 'd1' WHERE deployment_id = ?",
      'DELETE FROM deployment_stages WHERE deployment_id = ?',
      'DELETE FROM deployment_metrics WHERE deployment_id = ?',
      'UPDATE health_verifications SET success = 1 - success WHERE deployment_id = ?',
      'DELETE FROM health_verifications WHERE deployment_id = ?',
      'UPDATE rollbacks SET success = 1 - success WHERE deployment_id = ?',
      "UPDATE rollbacks SET at = '2026-02-01T00:00:00.000Z' WHERE deployment_id = ?",
      'DELETE FROM rollbacks WHERE deployment_id = ?',
      "UPDATE smoke_tests SET status = 'success' WHERE deployment_id = ?",
      'DELETE FROM smoke_tests WHERE deployment_id = ?',
    ),
  )
  .map(
    ([which, sql]): Step =>
      (world) => {
        const id = idOf(world, which);
        if (id === null) return;
        try {
          world.database.prepare(sql).run(id);
        } catch (error) {
          if (!String((error as { code?: string }).code).startsWith('SQLITE_CONSTRAINT')) throw error;
        }
      },
  );

/** Rolls up one unit after another until the time is over: with this clock it is over after the first, or never. */
const folded = fc.constantFrom(0, 1).map(
  (forMs): Step =>
    ({ context, database }) => {
      transaction(database, { mode: 'write' }, () => fold(context, { database, forMs }));
    },
);

export const histories = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: deploy },
    { weight: 2, arbitrary: late },
    { weight: 2, arbitrary: imported },
    { weight: 1, arbitrary: pruned },
    { weight: 3, arbitrary: byHand },
    { weight: 4, arbitrary: folded },
  ),
  { minLength: 5, maxLength: 30 },
);

function idOf({ rows }: LedgerWorld, which: number): string | null {
  const ids = rows(
    'SELECT deployment_id AS id FROM deployment_metrics WHERE deployment_id IS NOT NULL ORDER BY id',
  );
  return ids.length === 0 ? null : String(ids[which % ids.length]?.id);
}
