import type { Warning } from '../../errors.ts';
import type { SmokeMark } from '../../marks.ts';
import { isoTime, secondsBetween } from '../../model.ts';
import { type DeploymentRow, deploymentOf } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import { countSmokeTest } from '../totals/recordTotals.ts';
import { touchGroupOf } from '../totals/totals.ts';
import { isRolledBack } from './applyPhaseStart.ts';

/** A smoke test has ended. One after the end of its deployment is normal; a known one is left out. */
export function applySmoke(database: Database, mark: SmokeMark): Warning[] {
  const warnings: Warning[] = [];
  const row = deploymentOf(database, { mark, warnings });
  if (!keepSmokeTest(database, { mark, row })) return [];
  countSmokeTest(database, {
    row,
    test: mark.test,
    success: mark.result.status === 'success',
    wallMs: mark.at.wallMs,
  });
  touchGroupOf(database, row);
  return warnings.filter((warning) => warning.code !== 'LATE');
}

function keepSmokeTest(database: Database, { mark, row }: { mark: SmokeMark; row: DeploymentRow }): boolean {
  const { result, startedAt } = mark;
  const insert = database.prepare(
    `INSERT OR IGNORE INTO smoke_tests (deployment_id, run_id, service, test_name, started_at, run_at, duration_seconds, status, exit_code, signal,
     error_message, judged, of_rollback, late, cpu_seconds, memory_bytes, stderr_tail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const values = [
    row.deploymentId,
    mark.runId,
    mark.service ?? row.service,
    mark.test,
    startedAt === null ? null : isoTime(startedAt.wallMs),
    isoTime(mark.at.wallMs),
    startedAt === null ? null : secondsBetween(startedAt, mark.at).seconds,
    result.status === 'success' ? 'success' : 'failure',
    result.exitCode,
    result.signal,
    result.errorMessage,
    result.judged,
    isRolledBack(database, row) ? 1 : 0,
    row.status === 'in-progress' ? 0 : 1,
    result.cpuSeconds,
    result.memoryBytes,
    result.stderrTail,
  ];
  return insert.run(...values).changes === 1;
}
