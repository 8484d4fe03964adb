import { type DeploymentDetail, readDetail } from '../../src/ledger/read/detail.ts';
import type { TestLedger } from '../ledger/read/testLedger.ts';

const start = '2026-01-14T18:45:00.000Z';

export function detailOf(ledger: TestLedger, id: string): DeploymentDetail {
  const detail = readDetail(ledger.db, id);
  if (detail === null) throw new Error(`no deployment ${id}`);
  return detail;
}

/** 100 s: extract at its start, migration from 20 s to 60 s, cutover from 60 s to 80 s. */
export function threePhases(ledger: TestLedger, values: Record<string, string | number | null> = {}): string {
  const id = ledger.deployment({ deployment_started_at: start, previous_version: '0.9.0', ...values });
  ledger.stage({ deployment_id: id, stage: 'extract', started_at: start, duration_seconds: 10 });
  ledger.stage({
    deployment_id: id,
    stage: 'migration',
    started_at: '2026-01-14T18:45:20.000Z',
    duration_seconds: 40,
  });
  ledger.stage({
    deployment_id: id,
    stage: 'cutover',
    started_at: '2026-01-14T18:46:00.000Z',
    duration_seconds: 20,
  });
  return id;
}
