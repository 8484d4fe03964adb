import { projectHome } from '../../projectHome.ts';
import type { Condition } from './conditions/condition.ts';

/** `warning` if the rule has a threshold and no urgency. */
export type Severity = 'critical' | 'high' | 'warning';

/** One alert as data: Prometheus' rule, its row in the table of docs/alerts.md and its part of the runbook there. */
export interface AlertRule {
  readonly name: string;
  readonly severity: Severity;
  /** How long the condition must hold; 0 for counted events, which do not flap. */
  readonly forSeconds: number;
  readonly condition: Condition;
  /** The condition in the table; `{threshold}` stands for the threshold. */
  readonly firesWhen: string;
  readonly summary: string;
  /** `{threshold}` stands for the threshold of this rule. */
  readonly description: string;
  readonly runbook: Runbook;
}

/** What to do about it. */
export interface Runbook {
  readonly means: string;
  /** The command to run first. */
  readonly first: string;
  readonly fix: string;
}

/** The page that has the runbook: each alert is a heading of it. */
export const runbookPage = `${projectHome}/blob/main/docs/alerts.md`;

/**
 * The full address, as Alertmanager and Grafana link it: a heading of the page `base`, or a page of its own if `base` ends
 * with a slash.
 */
export function runbookOf(name: string, base = runbookPage): string {
  return base.endsWith('/') ? `${base}${name}` : `${base}#${name.toLowerCase()}`;
}
