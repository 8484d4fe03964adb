import { describe, expect, test } from 'vitest';
import {
  type ListRequest,
  mostLookedAt,
  readListed,
  readListedIds,
} from '../../../src/ledger/read/listed.ts';
import { type TestLedger, testLedger } from './testLedger.ts';

/** Copies of a deployment, each an hour before the one with the number below. */
function older(ledger: TestLedger, count: number): void {
  ledger.db.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    INSERT INTO deployment_metrics (version, deployment_started_at, deployment_completed_at, deployment_status, total_duration,
      deployment_id, deployment, environment, service, instance)
    SELECT 'old-' || i, strftime('%Y-%m-%dT%H:%M:%fZ', '2026-01-01', '-' || i || ' hours'),
      strftime('%Y-%m-%dT%H:%M:%fZ', '2026-01-01', '-' || i || ' hours'), 'success', 100, 'old-id-' || i, 'gateway', 'production',
      'gateway', 'vm-1' FROM n`);
}

function versions(ledger: TestLedger, request: Partial<ListRequest>): string[] {
  return readListed(ledger.db, { limit: 50, ...request }).rows.map(({ version }) => version);
}

describe('List of deployments', () => {
  test('pages of a list follow each other in both directions', () => {
    const ledger = testLedger();
    for (let n = 0; n < 7; n += 1) ledger.deployment();
    const first = readListed(ledger.db, { limit: 3 });
    expect(first.rows.map(({ version }) => version)).toEqual(['1.7.0', '1.6.0', '1.5.0']);
    const second = readListed(ledger.db, { limit: 3, from: first.next ?? undefined });
    expect(second.rows.map(({ version }) => version)).toEqual(['1.4.0', '1.3.0', '1.2.0']);
    const third = readListed(ledger.db, { limit: 3, from: second.next ?? undefined });
    expect([third.rows.map(({ version }) => version), third.next, third.searchedTo]).toEqual([
      ['1.1.0'],
      null,
      null,
    ]);
    const [top] = second.rows;
    const from = { startedAt: top?.startedAt ?? '', rowId: top?.rowId ?? 0 };
    expect(versions(ledger, { limit: 3, from, direction: 'newer' })).toEqual(['1.7.0', '1.6.0', '1.5.0']);
  });

  test('a list is narrowed by names, host, state and words in any case, and leaves out what does not count', () => {
    const ledger = testLedger();
    ledger.deployment({ instance: 'vm-1', triggered_by: 'Ada' });
    const back = ledger.deployment({
      environment: 'staging',
      deployment_status: 'failed',
      error_message: 'disk FULL',
    });
    ledger.insert('rollbacks', {
      deployment_id: back,
      rollback_id: 'r',
      at: '2026-01-14T20:00:00.000Z',
      reason: 'x',
      reason_class: 'manual',
      success: 1,
    });
    ledger.deployment({ deployment: 'billing', deployment_status: 'in-progress', commit_sha: 'abc123' });
    ledger.deployment({ discarded: 1 });
    ledger.deployment({ fragment: 1 });
    expect(versions(ledger, {})).toEqual(['1.3.0', '1.2.0', '1.1.0']);
    expect(versions(ledger, { deployment: 'gateway' })).toEqual(['1.2.0', '1.1.0']);
    expect(versions(ledger, { environment: 'staging' })).toEqual(['1.2.0']);
    expect(versions(ledger, { host: 'vm-1' })).toEqual(['1.1.0']);
    expect(versions(ledger, { deployment: 'gateway', environment: 'production', host: 'vm-1' })).toEqual([
      '1.1.0',
    ]);
    expect(versions(ledger, { state: 'failed' })).toEqual(['1.2.0']);
    expect(versions(ledger, { state: 'rolled-back' })).toEqual(['1.2.0']);
    expect(versions(ledger, { state: 'in-progress' })).toEqual(['1.3.0']);
    expect(versions(ledger, { search: 'ada' })).toEqual(['1.1.0']);
    expect(versions(ledger, { search: 'full DISK' })).toEqual(['1.2.0']);
    expect(versions(ledger, { search: 'abc1' })).toEqual(['1.3.0']);
    expect(versions(ledger, { search: 'id-2' })).toEqual(['1.2.0']);
    expect(
      readListedIds(ledger.db, { state: 'failed' }, ['id-1', 'id-2', 'id-4']).map(({ id }) => id),
    ).toEqual(['id-2']);
  });

  test('a list that is sorted begins with the longest of the newest', () => {
    const ledger = testLedger();
    for (const seconds of [10, 300, null, 20]) ledger.deployment({ total_duration: seconds });
    const listed = readListed(ledger.db, { limit: 2, sort: 'took' });
    expect([listed.rows.map(({ totalSeconds }) => totalSeconds), listed.sorted]).toEqual([[300, 20], 4]);
    expect(versions(ledger, { limit: 2, sort: 'took', offset: 2 })).toEqual(['1.1.0', '1.3.0']);
  });

  test('a search looks at a limited number of rows, says until when, and goes on from there', () => {
    const ledger = testLedger();
    older(ledger, mostLookedAt + 100);
    ledger.db.exec("UPDATE deployment_metrics SET triggered_by = 'grace' WHERE version = 'old-5050'");
    const first = readListed(ledger.db, { limit: 50, search: 'grace' });
    expect(first.rows).toEqual([]);
    expect(first.searchedTo).not.toBeNull();
    const second = readListed(ledger.db, { limit: 50, search: 'grace', from: first.next ?? undefined });
    expect([second.rows.map(({ version }) => version), second.searchedTo]).toEqual([['old-5050'], null]);
    // By the index of versions at any age.
    expect(versions(ledger, { search: 'old-5050' })).toEqual(['old-5050']);
  });

  test('each list is read in the order of an index, without sorting rows or passing over them', () => {
    const ledger = testLedger();
    ledger.deployment({ instance: 'vm-1' });
    const requests: Partial<ListRequest>[] = [
      {},
      { sinceMs: 1, untilMs: 2 },
      { deployment: 'gateway', environment: 'production' },
      { deployment: 'gateway', environment: 'production', host: 'vm-1', state: 'failed' },
      { environment: 'staging', host: 'vm-1' },
      { search: 'x', from: { startedAt: '2026', rowId: 1 }, direction: 'newer' },
    ];
    for (const request of requests) {
      const before = ledger.statements.length;
      readListed(ledger.db, { limit: 5, ...request });
      const walk = ledger.statements.slice(before).find((sql) => sql.includes('AS took')) ?? '';
      const plan = ledger.db.prepare(`EXPLAIN QUERY PLAN ${walk}`).all() as { detail: string }[];
      const steps = plan.map(({ detail }) => detail).filter((detail) => /\bd\b|B-TREE/.test(detail));
      expect(steps, JSON.stringify(request)).toEqual([
        expect.stringMatching(/^(SEARCH|SCAN) d USING INDEX deployment_by_(start|name|group)/),
      ]);
    }
  });
});
