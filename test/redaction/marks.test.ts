import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tablesOfDeployment } from '../../src/ledger/exchange/exportedDeployment.ts';
import { redactRow } from '../../src/ledger/exchange/redactRow.ts';
import { publicSql } from '../../src/ledger/file/schema.ts';
import type { Mark } from '../../src/marks.ts';
import { redactMark } from '../../src/redactMark.ts';
import { files } from '../support/sourceFiles.ts';

const said = 'it said password=hunter2';
const kept = 'it said password=***';
const url = 'https://me:hunter2@ci/run?token=hunter2';
const at = { wallMs: 1, monotonicSeconds: null, boot: null };
const common = { markId: 'm', deploymentId: 'd', at };
const result = { status: 'failed', errorMessage: said, stderrTail: said, exitCode: 3 };
const attempts = [{ at, endedAt: at, words: said, version: said, verdict: 'wrong_version' }];
const downtime = { outages: [{ beganAt: at, endedAt: null }], attempts };

/** Marks with a secret in every text that is not a name; as from another program, they lack some fields. */
const marks: readonly object[] = [
  { ...common, kind: 'start', version: 'token:v1', url, triggeredBy: said, method: said, notes: said },
  { ...common, kind: 'phase-end', stage: 'x', result, downtime },
  { ...common, kind: 'health', target: url, words: said, attempts },
  { ...common, kind: 'health', target: 'mysqladmin -phunter2 ping', words: said, attempts: [] },
  { ...common, kind: 'smoke', test: 'token:x', result },
  { ...common, kind: 'rollback', reason: said, error: said },
  { ...common, kind: 'finish', error: said, notes: said, probed: [{ runId: 'r', downtime }] },
];

describe('Marks', () => {
  test.each(marks)('all texts of %j are redacted, and nothing else changes', (mark) => {
    const redacted = redactMark(mark as Mark);
    expect(JSON.stringify(redacted)).not.toContain('hunter2');
    expect(Object.keys(redacted)).toEqual(Object.keys(mark));
    expect(redactMark(redacted)).toEqual(redacted);
  });

  test('names and numbers of a mark are not changed by redaction', () => {
    expect(redactMark(marks[0] as Mark)).toMatchObject({
      version: 'token:v1',
      at,
      notes: kept,
      url: 'https://***@ci/run?token=***',
    });
    expect(redactMark(marks[4] as Mark)).toMatchObject({
      test: 'token:x',
      result: { status: 'failed', exitCode: 3 },
    });
  });

  test('redacting a mark of unknown kind or form does not fail', () => {
    for (const strange of [
      { ...common, kind: 'of a newer version', notes: said },
      { ...common, kind: 'toString', notes: said },
      { ...common, kind: 'finish', notes: 7, error: null, probed: 'x' },
      { ...common, kind: 'phase-end', result: null, downtime: [] },
    ])
      expect(() => redactMark(strange as unknown as Mark)).not.toThrow();
  });
});

test('all code that applies or saves a mark redacts it first', () => {
  const text = (name: string) =>
    readFileSync(fileURLToPath(new URL(`../../src/${name}`, import.meta.url)), 'utf8');
  const taking = files.filter((name) => /\b(?:applyMark|saveOpenMark|appendToJournal)\(/.test(text(name)));
  const definitions = ['ledger/marks/apply.ts', 'ledger/exchange/openMarks.ts', 'ledger/journal/journal.ts'];
  // Called only by the store, which has redacted it.
  const afterStore = ['ledger/journal/spillToJournal.ts'];
  const invented = ['sample/sampleLedger.ts'];
  const others = taking.filter((name) => ![...definitions, ...afterStore, ...invented].includes(name));
  expect(others).toContain('ledger/store.ts');
  expect(others.filter((name) => !text(name).includes('redactMark'))).toEqual([]);
});

describe('Imported rows', () => {
  let folder: string;
  let database: Database.Database;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'deploytrack-test-rows-'));
    database = new Database(join(folder, 'rows.db'));
    database.exec(publicSql);
  });
  afterAll(() => {
    database.close();
    rmSync(folder, { recursive: true });
  });

  /** Every column with free-form text in the schema. */
  const free: Readonly<Record<string, readonly string[]>> = {
    deployment_metrics: ['deployment_method', 'error_message', 'notes', 'triggered_by', 'url'],
    deployment_stages: ['error_message', 'stderr_tail'],
    health_verifications: ['error_message', 'target'],
    health_checks: ['error_message'],
    outages: [],
    migrations: [],
    smoke_tests: ['error_message', 'stderr_tail'],
    rollbacks: ['error_message', 'reason'],
    infrastructure_costs: [],
    post_deployment_errors: [],
    error_budget_events: [],
    tracked_items: [],
  };

  test.each(Object.entries(free))('secrets are redacted in all columns of %s', (table, columns) => {
    const info = database.prepare('SELECT name, type FROM pragma_table_info(?)').all(table) as {
      name: string;
      type: string;
    }[];
    const texts = info.filter(({ type }) => type === 'TEXT').map(({ name }) => name);
    expect(texts.length).toBeGreaterThan(0);
    const row = redactRow(Object.fromEntries(texts.map((name) => [name, said])));
    expect(texts.filter((name) => row[name] === kept).sort()).toEqual(columns);
    expect(texts.filter((name) => row[name] !== kept && row[name] !== said)).toEqual([]);
  });

  test('every imported table is tested here, except for the facts, which have rules of their own', () => {
    expect(['deployment_metrics', ...tablesOfDeployment]).toEqual([...Object.keys(free), 'deployment_facts']);
    expect(redactRow({ fact: 'github.environment_url', value: url })).toEqual({
      fact: 'github.environment_url',
      value: 'https://***@ci/run?token=***',
    });
    expect(redactRow({ fact: 'docker.image', value: 'auth-token:1.2' }).value).toBe('auth-token:1.2');
  });

  test('URLs in imported rows lose their user and the values of their query', () => {
    expect(redactRow({ url, a_column_to_come: said })).toEqual({
      url: 'https://***@ci/run?token=***',
      a_column_to_come: kept,
    });
  });
});
