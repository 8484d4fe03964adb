import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Warning } from '../../src/errors.ts';
import type { Database } from '../../src/ledger/file/addon.ts';
import { openOrCreateLedger } from '../../src/ledger/file/create.ts';
import { transaction } from '../../src/ledger/file/transaction.ts';
import { applyMark } from '../../src/ledger/marks/apply.ts';
import type { Mark } from '../../src/marks.ts';
import { type FakeContext, type FakeOverrides, fakeContext } from '../support/context.ts';

export type Row = Readonly<Record<string, string | number | null>>;

/** A real ledger on disk, and the clock by which its marks are made. */
export interface LedgerWorld {
  readonly context: FakeContext;
  readonly path: string;
  readonly database: Database;
  /** Applies one mark in a transaction of its own, as every command does; returns its warnings. */
  apply(mark: Mark): Warning[];
  rows(sql: string, ...values: unknown[]): Row[];
  /** The row of a deployment. */
  deployment(id?: string): Row;
  /** A stored total; 0 if nothing was counted. */
  total(family: string, labels?: readonly string[], part?: string): number;
  /** How many values a histogram has observed, and their sum. */
  observed(family: string, labels?: readonly string[]): { count: number; sum: number };
  /** Advances the clock by this many seconds. */
  pass(seconds: number): void;
  /** Closes it before the end of the test. */
  close(): void;
}

/** A new, empty ledger; removed after the test. */
export function ledgerWorld(overrides: FakeOverrides = {}): LedgerWorld {
  const world = openLedgerWorld(overrides);
  onTestFinished(() => world.close());
  return world;
}

/** The same for several tests: the caller closes it. */
export function openLedgerWorld(overrides: FakeOverrides = {}): LedgerWorld {
  const folder = mkdtempSync(join(tmpdir(), 'deploytrack-ledger-'));
  const path = join(folder, 'deployments.db');
  const context = fakeContext(overrides);
  const database = openOrCreateLedger(context, { path });
  database.pragma('synchronous = OFF'); // tests need no durability
  const close = () => {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return worldOf({ context, path, database, close });
}

function worldOf(parts: Pick<LedgerWorld, 'context' | 'path' | 'database' | 'close'>): LedgerWorld {
  const { context, database } = parts;
  const all = (sql: string, values: unknown[]) => database.prepare(sql).all(...values) as Row[];
  const total = (family: string, labels: readonly string[] = [], part = '') => {
    const sql = 'SELECT value FROM totals WHERE family = ? AND labels = ? AND part = ?';
    return Number(all(sql, [family, JSON.stringify(labels), part])[0]?.value ?? 0);
  };
  return {
    ...parts,
    apply: (mark) => transaction(database, { mode: 'write' }, () => applyMark(context, { database, mark })),
    rows: (sql, ...values) => all(sql, values),
    deployment: (id = 'd1') => all('SELECT * FROM deployment_metrics WHERE deployment_id = ?', [id])[0] ?? {},
    total,
    observed(family, labels = []) {
      const sql =
        "SELECT coalesce(sum(value), 0) AS count FROM totals WHERE family = ? AND labels = ? AND part NOT IN ('', 'sum')";
      const [found] = all(sql, [family, JSON.stringify(labels)]);
      return { count: Number(found?.count), sum: total(family, labels, 'sum') / 1e6 };
    },
    pass: (seconds) => context.advance(Math.round(seconds * 1000)),
  };
}

/** A text that no other mark has. */
export function unique(): string {
  return randomUUID();
}
