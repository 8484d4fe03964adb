import type { AlertRule } from '../alertRule.ts';
import { healthAlerts } from './healthAlerts.ts';
import { objectiveAlerts } from './objectiveAlerts.ts';
import { outcomeAlerts } from './outcomeAlerts.ts';
import { pipelineAlerts } from './pipelineAlerts.ts';
import { stepAlerts } from './stepAlerts.ts';

/** Alerts by topic; each topic is one group of rules. */
export const alertGroups: Readonly<Record<string, readonly AlertRule[]>> = {
  outcome: outcomeAlerts,
  health: healthAlerts,
  steps: stepAlerts,
  objectives: objectiveAlerts,
  pipeline: pipelineAlerts,
};

export const alerts: readonly AlertRule[] = Object.values(alertGroups).flat();
