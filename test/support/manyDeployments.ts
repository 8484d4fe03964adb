import { createRequire } from 'node:module';
import type { Database } from 'better-sqlite3';
import { newProgram, type Program } from './program.ts';

/** A real deployment with a phase and a health check, and copies of its rows, a minute apart before it. */
export async function manyDeployments(count: number): Promise<Program> {
  const program = newProgram();
  const id = await program.quiet(['start', '--deployment', 'shop', '--version', '1.0.0']);
  await program.quiet(['extract', '--id', id, '--', 'true']);
  await program.quiet(['health', '--id', id, '--check-type', 'queue', '--', 'true']);
  await program.quiet(['finish', '--id', id]);
  copyDeployments(program, count);
  return program;
}

/** Adds copies of all rows of deployments, so many less one, a minute apart before them. */
export function copyDeployments(program: Program, count: number): void {
  const Sqlite = createRequire(import.meta.url)('better-sqlite3') as new (path: string) => Database;
  const database = new Sqlite(program.ledger);
  const earlier = (column: string) => `strftime('%Y-%m-%dT%H:%M:%fZ', ${column}, '-' || n || ' minutes')`;
  const other = (column: string) => `${column} || '-' || n`;
  database.exec('BEGIN');
  copy(database, count, 'deployment_metrics', {
    deployment_id: other('deployment_id'),
    version: "'1.' || n",
    deployment_started_at: earlier('deployment_started_at'),
    deployment_completed_at: earlier('deployment_completed_at'),
  });
  copy(database, count, 'deployment_stages', {
    deployment_id: other('deployment_id'),
    run_id: other('run_id'),
  });
  copy(database, count, 'health_verifications', {
    deployment_id: other('deployment_id'),
    verification_id: other('verification_id'),
  });
  database.exec('COMMIT');
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
}

/** Repeats the current rows of a table this many times, with the given changes. */
function copy(
  database: Database,
  count: number,
  table: string,
  changed: Readonly<Record<string, string>>,
): void {
  const columns = (database.pragma(`table_info(${table})`) as { name: string }[])
    .map(({ name }) => name)
    .filter((name) => name !== 'id');
  database
    .prepare(
      `WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < @count)
       INSERT INTO ${table} (${columns.join(', ')})
       SELECT ${columns.map((name) => changed[name] ?? name).join(', ')} FROM ${table}, numbers`,
    )
    .run({ count });
}
