import type { DeploymentDetail } from '../../ledger/read/detail.ts';
import type { StageRun } from '../../ledger/read/stages.ts';
import { runName } from './waterfallColumns.ts';

/** Mermaid refuses large charts. */
const mostRuns = 100;
const tags = { success: 'done', failed: 'crit', running: 'active' } as const;

/** The phases as a chart that GitHub draws, with times in UTC; empty if fewer than two have a time. */
export function gantt({ deployment, stages }: DeploymentDetail): string {
  const tasks = stages.slice(0, mostRuns).flatMap((run) => taskOf(run, deployment.service));
  if (tasks.length < 2) return '';
  return [
    '```mermaid',
    'gantt',
    '    dateFormat YYYY-MM-DDTHH:mm:ss.SSS',
    '    axisFormat %H:%M:%S',
    '    todayMarker off',
    ...tasks.map((task) => `    ${task}`),
    '```\n',
  ].join('\n');
}

function taskOf(run: StageRun, own: string | null): string[] {
  const fromMs = Date.parse(run.startedAt);
  const toMs = fromMs + Math.max(1, (run.durationSeconds ?? 0) * 1000);
  if (Number.isNaN(new Date(toMs).getTime())) return [];
  // Without a zone, so that the chart has UTC for every reader.
  const [from, to] = [fromMs, toMs].map((ms) => new Date(ms).toISOString().replace('Z', ''));
  // A name cannot end its line, its task or the chart.
  const name = runName(run, own)
    .slice(0, 60)
    .replace(/[^\w ./@-]/g, '_');
  return [`${name} :${tags[run.status]}, ${from}, ${to}`];
}
