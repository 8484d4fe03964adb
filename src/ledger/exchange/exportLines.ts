import type { Mark } from '../../marks.ts';
import { placeless } from '../checks/checkMark.ts';
import type { Database } from '../file/addon.ts';
import { type ExportedDeployment, exportedDeployment } from './exportedDeployment.ts';
import { openMarks } from './openMarks.ts';

/** The marks of open deployments, the rows of finished ones; the oldest deployment first. */
export function* exportLines(
  database: Database,
  only: { id: string | null; deployment: string | null; environment: string | null },
): Generator<Mark | ExportedDeployment> {
  const found = database
    .prepare<unknown[], { id: string; status: string }>(
      `SELECT deployment_id AS id, deployment_status AS status FROM deployment_metrics
       WHERE deployment_id IS NOT NULL AND deployment_id = coalesce(@id, deployment_id)
         AND (@deployment IS NULL OR deployment = @deployment) AND (@environment IS NULL OR environment = @environment)
       ORDER BY deployment_started_at, id`,
    )
    .all(only);
  for (const { id, status } of found) {
    if (status === 'in-progress') yield* openMarks(database, id).map(placeless);
    else yield exportedDeployment(database, id);
  }
}
