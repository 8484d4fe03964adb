import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { schemaSql } from '../../../src/ledger/file/schema.ts';
import { isoTime } from '../../../src/model.ts';

type Values = Readonly<Record<string, string | number | null>>;

/** A real ledger file to be filled by SQL; removed after the test. */
export interface TestLedger {
  readonly db: Database;
  /** Inserts a finished, successful deployment of 100 s unless `values` differ; returns its ID. */
  deployment(values?: Values): string;
  /** Inserts a successful run of 10 s; returns its run ID. */
  stage(values: Values): string;
  insert(table: string, values: Values): void;
  /** Every statement that ran, as SQLite saw it. */
  readonly statements: readonly string[];
}

export const firstStartMs = Date.parse('2026-01-14T18:45:00.000Z');

export function testLedger(): TestLedger {
  const folder = mkdtempSync(join(tmpdir(), 'deploytrack-read-'));
  const statements: string[] = [];
  const db = new SqliteDatabase(join(folder, 'deployments.db'), {
    verbose: (statement) => statements.push(String(statement)),
  });
  db.pragma('synchronous = OFF'); // tests need no durability
  db.exec(schemaSql);
  onTestFinished(() => {
    db.close();
    rmSync(folder, { recursive: true });
  });
  let count = 0;
  const insert = (table: string, values: Values): void => {
    const names = Object.keys(values);
    db.prepare(
      `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map((n) => `@${n}`).join(', ')})`,
    ).run(values);
  };
  return {
    db,
    insert,
    statements,
    deployment(values = {}) {
      count += 1;
      const startMs = firstStartMs + count * 3_600_000;
      const row = {
        deployment_id: `id-${count}`,
        version: `1.${count}.0`,
        deployment_started_at: isoTime(startMs),
        deployment_completed_at: isoTime(startMs + 100_000),
        deployment: 'gateway',
        environment: 'production',
        service: 'gateway',
        deployment_status: 'success',
        total_duration: 100,
        ...values,
      };
      insert('deployment_metrics', row);
      return String(row.deployment_id);
    },
    stage(values) {
      count += 1;
      const row = {
        run_id: `run-${count}`,
        service: 'gateway',
        started_at: isoTime(firstStartMs),
        duration_seconds: 10,
        status: 'success',
        ...values,
      };
      insert('deployment_stages', row);
      return String(row.run_id);
    },
  };
}
