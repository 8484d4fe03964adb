import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { deployments } from './deployments.ts';
import { fleet } from './fleet.ts';
import { pipeline } from './pipeline.ts';
import { troubleshooting } from './troubleshooting.ts';

/** Every dashboard by the name of its file. */
export function allDashboards(): Readonly<Record<string, Dashboard>> {
  return {
    'deployments.json': deployments(),
    'pipeline.json': pipeline(),
    'troubleshooting.json': troubleshooting(),
    'fleet.json': fleet(),
  };
}
