import type { Warning } from '../errors.ts';
import { isoTime } from '../model.ts';
import { redact } from '../redact.ts';
import type { Database } from './file/addon.ts';

/** The last hundred warnings stay in the ledger, for `doctor` and `show`. */
export function saveWarnings(
  database: Database,
  {
    warnings,
    mark,
  }: { warnings: readonly Warning[]; mark: { deploymentId: string | null; at: { wallMs: number } } },
): void {
  const insert = database.prepare(
    'INSERT INTO warnings (at, deployment_id, code, message) VALUES (?, ?, ?, ?)',
  );
  for (const warning of warnings)
    insert.run(isoTime(mark.at.wallMs), mark.deploymentId, warning.code, redact(warning.message));
  database.exec('DELETE FROM warnings WHERE id <= (SELECT max(id) - 100 FROM warnings)');
}
