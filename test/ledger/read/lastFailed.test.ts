import { expect, test } from 'vitest';
import { lastFailedId } from '../../../src/ledger/read/lastFailed.ts';
import { testLedger } from './testLedger.ts';

const site = { deployment: 'gateway', environment: 'production' };

test('the last failure of a site is found however old it is', () => {
  const ledger = testLedger();
  expect(lastFailedId(ledger.db, site)).toBeNull();
  ledger.deployment({ deployment_status: 'failed' });
  const last = ledger.deployment({ deployment_status: 'failed' });
  for (let n = 0; n < 150; n += 1)
    ledger.deployment({ deployment_status: n % 3 === 0 ? 'warning' : 'success' });
  ledger.deployment({ deployment_status: 'failed', environment: 'staging' });
  ledger.deployment({ deployment_status: 'failed', discarded: 1 });
  ledger.deployment({ deployment_status: 'in-progress' });
  expect(lastFailedId(ledger.db, site)).toBe(last);
});
