import { tablesOfDeployment } from '../exchange/exportedDeployment.ts';

/** The tables whose rows are deleted with their deployment. */
export const deletedTables: readonly string[] = [
  ...tablesOfDeployment,
  'containers',
  'imported_deployments',
  'marks_kept',
  'probers',
  'processes',
  'tracking',
  'warnings',
  'deployment_metrics',
];

/**
 * The tables that name deployments and stay: events that collectors have seen are recognized when they come again, and
 * are forgotten by rules of their own.
 */
export const stayingTables: readonly string[] = ['collected_events'];
