import { parseLine, sampleName } from '../../metrics/parseLine.ts';
import type { GroupKey } from '../../model.ts';
import { drillUntil } from '../../monitoring/rules/groups.ts';
import { groupPath } from '../../push/gateway/gatewayAddress.ts';
import { labelsPath } from '../../push/gateway/labelsPath.ts';

/** The alert that a drill copies, and the labels of its copy. */
export interface DrillKey extends GroupKey {
  readonly alert: string;
}

/** A drill that a gateway holds. */
export interface HeldDrill extends DrillKey {
  /** When its copy of the alert stops firing, in Unix milliseconds. */
  readonly untilMs: number;
}

const job = 'deploytrack_drill';
const labels = ['instance', 'deployment', 'environment', 'alert'] as const;

/** The path of its own group below a gateway's URL. Throws SETTING for a value that must not be sent. */
export function drillPath(key: DrillKey): string {
  groupPath(key);
  const own = labels.map((label) => [label, Buffer.from(key[label])] as const);
  return labelsPath([['job', Buffer.from(job)], ...own]);
}

/** The metrics of the group: all labels are in its path. */
export function drillText(untilMs: number): string {
  return [
    `# HELP ${drillUntil} When the copy of an alert that a drill raised stops firing.`,
    `# TYPE ${drillUntil} gauge`,
    `${drillUntil} ${Math.ceil(untilMs / 1000)}`,
    '',
  ].join('\n');
}

/** The drill in a line of a gateway's /metrics; null for all others. */
export function heldDrill(line: string): HeldDrill | null {
  if (sampleName(line) !== drillUntil) return null;
  const sample = parseLine(line);
  if (sample === null || sample.labels.get('job') !== job) return null;
  const of = (label: (typeof labels)[number]) => sample.labels.get(label) ?? '';
  const untilMs = Number(sample.value) * 1000;
  if (labels.some((label) => of(label) === '') || !Number.isFinite(untilMs)) return null;
  return {
    alert: of('alert'),
    instance: of('instance'),
    deployment: of('deployment'),
    environment: of('environment'),
    untilMs,
  };
}
