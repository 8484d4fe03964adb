import type { GroupSnapshot, RecentDeployment } from '../../src/metrics/snapshot.ts';

/** A group without events, with the declarations of `start`; the given fields replace its own. */
export function groupSnapshot(fields: Partial<GroupSnapshot> = {}): GroupSnapshot {
  return {
    key: { instance: 'host-a', deployment: 'gateway', environment: 'production' },
    ledgerId: 'ledger-1',
    programVersion: '1.2.3',
    events: 0,
    totals: [],
    defaultService: 'gateway',
    declared: {
      services: ['gateway'],
      stages: [
        ['gateway', 'extract'],
        ['gateway', 'venv_rebuild'],
        ['gateway', 'migration'],
        ['gateway', 'cutover'],
      ],
      tests: [],
      resources: [],
      checkTypes: ['http'],
    },
    recent: [],
    inService: null,
    lastVerificationHealthy: null,
    lastChecks: [],
    lastStages: [],
    lastDurationSeconds: null,
    recentVersions: [],
    errorRates: null,
    host: null,
    memoryBytes: null,
    ...fields,
  };
}

/** A deployment that succeeded in 90 s; the given fields replace its own. */
export function recentDeployment(fields: Partial<RecentDeployment> = {}): RecentDeployment {
  return {
    id: 'd1',
    version: '1.0.0',
    status: 'success',
    rolledBack: false,
    method: 'manual',
    url: null,
    startedAtMs: Date.parse('2026-01-14T18:45:00.250Z'),
    durationSeconds: 90,
    stages: [],
    costs: [],
    ...fields,
  };
}
