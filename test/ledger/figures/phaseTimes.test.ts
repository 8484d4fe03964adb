import { expect, test } from 'vitest';
import { readPhaseTimes } from '../../../src/ledger/analytics/phaseTimes.ts';
import { testLedger } from '../read/testLedger.ts';

test('each phase has its share of the total time and its failures', () => {
  const ledger = testLedger();
  const one = ledger.deployment({ venv_rebuild_duration: 60, migration_duration: 10 });
  ledger.stage({ deployment_id: one, stage: 'warm_up', duration_seconds: 3 });
  ledger.stage({
    deployment_id: one,
    stage: 'warm_up',
    duration_seconds: 4,
    started_at: '2026-01-14T20:00:00.000Z',
  });
  ledger.deployment({ venv_rebuild_duration: 40, migration_duration: 20 });
  const failed = ledger.deployment({ deployment_status: 'failed', venv_rebuild_duration: 500 });
  for (const stage of ['migration', 'migration', 'smoke_load'])
    ledger.stage({ deployment_id: failed, stage, status: 'failed' });
  ledger.stage({ deployment_id: failed, stage: 'lint', status: 'failed', judged: 'no' });
  expect(readPhaseTimes(ledger.db, {})).toEqual([
    {
      stage: 'venv_rebuild',
      deployments: 2,
      failed: 0,
      medianSeconds: 40,
      p95Seconds: 60,
      share: 0.5,
      lately: null,
      quantileError: null,
    },
    {
      stage: 'migration',
      deployments: 2,
      failed: 1,
      medianSeconds: 10,
      p95Seconds: 20,
      share: 0.15,
      lately: null,
      quantileError: null,
    },
    {
      stage: 'warm_up',
      deployments: 1,
      failed: 0,
      medianSeconds: 7,
      p95Seconds: 7,
      share: 0.035,
      lately: null,
      quantileError: null,
    },
    {
      stage: 'smoke_load',
      deployments: 0,
      failed: 1,
      medianSeconds: null,
      p95Seconds: null,
      share: null,
      lately: null,
      quantileError: null,
    },
  ]);
});

test('the last five runs are compared with the twenty before them, if there are at least five of both', () => {
  const ledger = testLedger();
  for (let n = 0; n < 9; n += 1) ledger.deployment({ extract_duration: n < 4 ? 2 : 8 });
  expect(readPhaseTimes(ledger.db, {})[0]?.lately).toBeNull();
  ledger.deployment({ extract_duration: 8 });
  expect(readPhaseTimes(ledger.db, {})[0]?.lately).toEqual({ medianSeconds: 8, beforeSeconds: 2 });
});
