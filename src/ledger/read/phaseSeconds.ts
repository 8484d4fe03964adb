import { phaseColumns } from '../../model.ts';
import type { Database } from '../file/addon.ts';
import { hasNotFailed } from '../statuses.ts';
import type { Condition } from './filter.ts';

/** The seconds of a phase in a successful deployment. */
export interface PhaseSeconds {
  readonly stage: string;
  readonly seconds: number;
}

const named = Object.entries(phaseColumns);

/**
 * The seconds of each phase in the successful deployments that match, those of the newest deployment first. Phases with a column are read
 * from it, since imported history has only that; the others from their runs.
 */
export function secondsNewestFirst(db: Database, finished: Condition): PhaseSeconds[] {
  const ofColumns = named.map(([stage, column]) => columnSql(finished, { stage, column }));
  const ofRuns = runsSql(finished, `s.stage NOT IN (${named.map(([stage]) => `'${stage}'`).join(', ')})`);
  return db
    .prepare<[Condition['values']], PhaseSeconds>(
      `${[...ofColumns, ofRuns].join(' UNION ALL ')} ORDER BY startedAt DESC`,
    )
    .all(finished.values);
}

/** Those of one phase, no more than `most`. */
export function lastSeconds(
  db: Database,
  { finished, stage, most }: { finished: Condition; stage: string; most: number },
): number[] {
  const column = named.find(([name]) => name === stage)?.[1];
  const sql =
    column === undefined ? runsSql(finished, 's.stage = @stage') : columnSql(finished, { stage, column });
  return db
    .prepare<[Condition['values']], PhaseSeconds>(`${sql} ORDER BY startedAt DESC LIMIT @most`)
    .all({ ...finished.values, stage, most })
    .map(({ seconds }) => seconds);
}

function columnSql({ sql }: Condition, { stage, column }: { stage: string; column: string }): string {
  return `SELECT '${stage}' AS stage, d.${column} AS seconds, d.deployment_started_at AS startedAt FROM deployment_metrics d
       WHERE d.${column} IS NOT NULL AND d.${hasNotFailed} AND ${sql}`;
}

function runsSql({ sql }: Condition, ofStage: string): string {
  return `SELECT s.stage, SUM(s.duration_seconds) AS seconds, d.deployment_started_at AS startedAt
    FROM deployment_stages s JOIN deployment_metrics d ON d.deployment_id = s.deployment_id
    WHERE ${ofStage} AND s.of_rollback = 0 AND s.late = 0 AND s.duration_seconds IS NOT NULL AND d.${hasNotFailed} AND ${sql}
    GROUP BY s.stage, d.id`;
}
