import type { Condition } from './conditions/condition.ts';

/** The words of the seeds; `warning` where they give a threshold and no urgency. */
export type Severity = 'critical' | 'high' | 'warning';

/** One alert as data: Prometheus' rule, its row in the table of docs/alerts.md and its part of the runbook there. */
export interface AlertRule {
  readonly name: string;
  readonly severity: Severity;
  /** How long the condition must hold; 0 for counted events, which are no flicker. */
  readonly forSeconds: number;
  readonly condition: Condition;
  /** In the words of the table; `{figure}` stands for the figure. */
  readonly firesWhen: string;
  readonly summary: string;
  /** `{figure}` stands for the figure that the rule got. */
  readonly description: string;
  readonly runbook: Runbook;
}

/** What to do about it. */
export interface Runbook {
  readonly means: string;
  /** The command to run first. */
  readonly first: string;
  readonly mends: string;
}

/** The page that has the runbook: each alert is a heading of it. */
const runbookPage = 'https://github.com/deploytrack/deploytrack/blob/main/docs/alerts.md';

/** The full address, as Alertmanager and Grafana link it. */
export function runbookOf(name: string): string {
  return `${runbookPage}#${name.toLowerCase()}`;
}
