/** One deployment of the play. */
export interface Deployment {
  readonly instance: string;
  readonly name: string;
  readonly environment: string;
  readonly version: string;
  /** Seconds of each phase, in order. */
  readonly phases: Readonly<Record<string, number>>;
  /** How long before its start it was triggered. */
  readonly triggeredSecondsAgo: number;
  /** The phase that fails, and how. */
  readonly fails?: string;
  /** Its service fails its health checks. */
  readonly unhealthy?: true;
  /** This check fails, but only gives a warning. */
  readonly warns?: 'notify' | 'test';
  readonly rollback?: { readonly reason: string; readonly to: string };
  /** Stays open. */
  readonly running?: true;
}

const fast = { extract: 0.4, venv_rebuild: 1.1, migration: 0.5, cutover: 0.3 };
const slow = { extract: 0.7, venv_rebuild: 3.2, migration: 1.6, cutover: 0.8 };

const shop = { name: 'shop', environment: 'production', phases: fast, triggeredSecondsAgo: 95 };
const staging = { name: 'shop', environment: 'staging', phases: fast, triggeredSecondsAgo: 40 };
const billing = { name: 'billing', environment: 'production', phases: slow, triggeredSecondsAgo: 340 };

/** Two hosts, two environments: successes, a warning, a failure, a rollback, one that runs. */
export const deployments: readonly Deployment[] = [
  { ...staging, instance: 'web-1', version: '2.3.0' },
  { ...shop, instance: 'web-1', version: '2.3.0' },
  { ...shop, instance: 'web-2', version: '2.3.0' },
  { ...billing, instance: 'web-2', version: '1.8.2' },
  { ...staging, instance: 'web-1', version: '2.4.0-rc1', fails: 'migration' },
  { ...staging, instance: 'web-1', version: '2.4.0', warns: 'notify' },
  { ...shop, instance: 'web-1', version: '2.4.0', triggeredSecondsAgo: 160 },
  {
    ...shop,
    instance: 'web-2',
    version: '2.4.0',
    phases: slow,
    warns: 'test',
    triggeredSecondsAgo: 620,
    rollback: { reason: 'test_failed', to: '2.3.0' },
  },
  { ...billing, instance: 'web-2', version: '1.9.0', unhealthy: true },
  { ...billing, instance: 'web-2', version: '1.9.0' },
  { ...shop, instance: 'web-1', version: '2.4.1' },
  { ...staging, instance: 'web-1', version: '2.5.0', running: true },
];
