import type { DeploymentDetail } from '../../ledger/read/detail.ts';
import { formatSeconds, formatShare } from '../../text/figures.ts';
import { markdownTable, markdownText } from '../markdown.ts';
import { usualCell, verdictText } from '../stats/phaseComparison.ts';
import { phaseNotes } from '../stats/phaseNotes.ts';
import { changeText } from './changeText.ts';
import { artifactText, formatUsd, smokeTestText } from './showRecords.ts';

/** One deployment for a pull request or the summary of a CI run: UTC, and texts are escaped. */
export function showMarkdown(detail: DeploymentDetail): string {
  const parts = [
    heading(detail),
    facts(detail),
    phases(detail),
    checks(detail),
    changes(detail),
    error(detail),
  ];
  return `${parts.filter((part) => part !== '').join('\n')}`;
}

const marks = { success: '✅', warning: '⚠️', failed: '❌', 'in-progress': '⏳' } as const;

function heading({ deployment }: DeploymentDetail): string {
  const { status, version, previousVersion } = deployment;
  const names = [deployment.deployment, deployment.environment].filter((name) => name !== null).join(' / ');
  const versions = previousVersion === null ? version : `${previousVersion} → ${version}`;
  return `## ${marks[status]} ${markdownText(`${names} ${versions}: ${status}${deployment.rolledBack ? ', rolled back' : ''}`)}\n`;
}

function facts({ deployment: one, costs, errorRates }: DeploymentDetail): string {
  const known: [string, string | null][] = [
    ['Deployment', one.id],
    ['Started', one.startedAt],
    ['Duration', one.totalSeconds === null ? null : formatSeconds(one.totalSeconds)],
    ['Downtime', one.downtimeSeconds === null ? null : formatSeconds(one.downtimeSeconds)],
    ['Time to healthy', one.timeToHealthy === null ? null : formatSeconds(Number(one.timeToHealthy))],
    ['Outcome', one.outcome],
    ['Rolled back to', one.rolledBackTo],
    ['Triggered by', one.triggeredBy],
    ['Host', one.hostname],
    ['Artifact', artifactText(one)],
    ['Error rate', errorRates.map(({ errorRate }) => formatShare(errorRate)).join(', ')],
    ['Cost', costs.map(({ resource, usd }) => `${resource} ${formatUsd(usd)}`).join(', ')],
    ['CI run', one.url],
  ];
  const rows = known.filter((row): row is [string, string] => row[1] !== null && row[1] !== '');
  return markdownTable([{ title: '' }, { title: '' }], rows);
}

function phases({ stages, comparisons }: DeploymentDetail): string {
  const usual = new Map(comparisons.map((one) => [one.runId, one]));
  const rows = stages.map((run) => {
    const comparison = usual.get(run.runId);
    const known = comparison !== undefined && comparison.medianSeconds !== null;
    return [
      run.stage,
      run.status,
      run.durationSeconds === null ? '' : formatSeconds(run.durationSeconds),
      known ? usualCell(comparison).text : '',
      [known ? verdictText(comparison) : '', phaseNotes(run)].filter((part) => part !== '').join(', '),
    ];
  });
  const titles = [
    { title: 'Phase' },
    { title: 'Status' },
    { title: 'Time', align: 'right' },
    { title: 'Usually', align: 'right' },
    { title: '' },
  ] as const;
  return rows.length === 0 ? '' : markdownTable(titles, rows);
}

function checks({ verifications, smokeTests }: DeploymentDetail): string {
  const rows = [
    ...verifications.map(({ checkType, success, verdict, summary }) => [
      `health: ${checkType}`,
      `${success ? 'healthy' : verdict} after ${summary.attempts} attempt${summary.attempts === 1 ? '' : 's'}`,
    ]),
    ...smokeTests.map((one) => [`test: ${one.test}`, smokeTestText(one)]),
  ];
  return rows.length === 0 ? '' : markdownTable([{ title: 'Check' }, { title: 'Result' }], rows);
}

function changes({ tracked }: DeploymentDetail): string {
  if (tracked.changes === null) return '';
  if (tracked.changes.length === 0)
    return 'No tracked file or package has changed since the previous deployment.\n';
  const lines = tracked.changes.map((change) => `- ${markdownText(changeText(change, '→'))}\n`);
  const summary = `${lines.length} change${lines.length === 1 ? '' : 's'} since the previous deployment`;
  return `<details><summary>${summary}</summary>\n\n${lines.join('')}\n</details>\n`;
}

function error({ deployment }: DeploymentDetail): string {
  if (deployment.errorMessage === null) return '';
  const lines = deployment.errorMessage.split(/\r?\n/).map((line) => `> ${markdownText(line)}\n`);
  return lines.join('');
}
