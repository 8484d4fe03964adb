import { expect, test } from 'vitest';
import { scopeText } from '../../src/report/stats/statsScope.ts';
import { testLedger } from '../ledger/read/testLedger.ts';

test('stats say of which deployments they are, of which time, and how they were selected', () => {
  const ledger = testLedger();
  const add = (deployment: string, environment: string, day: string) => {
    ledger.deployment({ deployment, environment, deployment_started_at: `2026-01-${day}T12:00:00.000Z` });
    ledger.insert('groups', { instance: 'web-1', deployment, environment });
  };
  expect(scopeText(ledger.db, {})).toBe('(all time)');
  add('gateway', 'production', '01');
  add('gateway', 'staging', '05');
  expect(scopeText(ledger.db, {})).toBe(
    'gateway production, gateway staging, 2026-01-01 to 2026-01-05 (all time)',
  );
  expect(scopeText(ledger.db, { environment: 'production' })).toBe(
    'gateway production, 2026-01-01 to 2026-01-01 (all time)',
  );
  expect(scopeText(ledger.db, { limit: 20, status: 'failed' })).toBe(
    'gateway production, gateway staging, the last 20, only failed',
  );
  add('billing', 'production', '07');
  add('mail', 'production', '09');
  expect(scopeText(ledger.db, { sinceMs: Date.parse('2026-01-04T00:00:00Z') })).toBe(
    '3 names in 2 environments, 2026-01-05 to 2026-01-09',
  );
});
