import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { deployments } from './deployments.ts';
import { fleet } from './fleet.ts';
import { fleetDeployments } from './fleetDeployments.ts';
import { pipeline } from './pipeline.ts';
import { troubleshooting } from './troubleshooting.ts';

/** The dashboards on metrics by the names of their files. */
export function metricDashboards(): Readonly<Record<string, Dashboard>> {
  return {
    'deployments.json': deployments(),
    'pipeline.json': pipeline(),
    'troubleshooting.json': troubleshooting(),
    'fleet.json': fleet(),
  };
}

/** Those on the rows of the central store: only for a Grafana that has it as a data source. */
export function rowDashboards(): Readonly<Record<string, Dashboard>> {
  return { 'fleet-deployments.json': fleetDeployments() };
}
