import { expect, test } from 'vitest';
import { lastFailedId, siteCounts } from '../../../src/ledger/read/siteCounts.ts';
import { testLedger } from './testLedger.ts';

const site = { deployment: 'gateway', environment: 'production' };

test('finished deployments of a site are counted, and its last failure is found however old it is', () => {
  const ledger = testLedger();
  expect([siteCounts(ledger.db, site), lastFailedId(ledger.db, site)]).toEqual([
    { total: 0, failed: 0 },
    null,
  ]);
  ledger.deployment({ deployment_status: 'failed' });
  const last = ledger.deployment({ deployment_status: 'failed' });
  for (let n = 0; n < 150; n += 1)
    ledger.deployment({ deployment_status: n % 3 === 0 ? 'warning' : 'success' });
  ledger.deployment({ deployment_status: 'failed', environment: 'staging' });
  ledger.deployment({ deployment_status: 'failed', discarded: 1 });
  ledger.deployment({ deployment_status: 'in-progress' });
  expect(siteCounts(ledger.db, site)).toEqual({ total: 152, failed: 2 });
  expect(lastFailedId(ledger.db, site)).toBe(last);
});
