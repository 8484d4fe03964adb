import type { DeploymentDetail } from '../../ledger/read/detail.ts';
import type { PhaseComparison } from '../../ledger/read/phaseComparison.ts';
import { formatChange, formatSeconds, formatShare } from '../../text/figures.ts';
import { failureOf } from '../failure.ts';
import { markdownLink, markdownTable, markdownText, toSecond } from '../markdown.ts';
import { usualCell, verdictText } from '../stats/phaseComparison.ts';
import { phaseNotes, phaseReason, phaseTraits } from '../stats/phaseNotes.ts';
import { changeText } from './changeText.ts';
import { gantt } from './showGantt.ts';
import { artifactText, formatUsd, smokeTestText } from './showRecords.ts';

/** GitHub rejects a job summary of more than 1 MiB. The rest is for what a script adds to it. */
const mostBytes = 2 ** 20 - 2 ** 16;

/**
 * One deployment for a pull request or the summary of a CI run: UTC, and texts are escaped. The reason of a failure is first, in
 * GitHub's alert box. Parts that would exceed the limit of a summary are left out, with a line that says so.
 */
export function showMarkdown(detail: DeploymentDetail): string {
  const parts: readonly [string, string][] = [
    ['result', heading(detail)],
    ['reason', alert(detail)],
    ['facts', facts(detail)],
    ['phases', phases(detail)],
    ['chart of the phases', gantt(detail)],
    ['checks', checks(detail)],
    ['changes', changes(detail)],
  ];
  let bytes = 0;
  return parts
    .filter(([, text]) => text !== '')
    .map(([name, text]) => {
      bytes += Buffer.byteLength(text) + 1;
      if (bytes <= mostBytes) return text;
      bytes -= Buffer.byteLength(text);
      return `The ${name} were left out: a summary has a limit of 1 MiB.\n`;
    })
    .join('\n');
}

const marks = { success: '✅', warning: '⚠️', failed: '❌', 'in-progress': '⏳' } as const;

function heading({ deployment }: DeploymentDetail): string {
  const { status, version, previousVersion } = deployment;
  const names = [deployment.deployment, deployment.environment].filter((name) => name !== null).join(' / ');
  const versions = previousVersion === null ? version : `${previousVersion} → ${version}`;
  const rest = deployment.rolledBack ? ', rolled back' : '';
  return `## ${marks[status]} ${markdownText(`${names} ${versions}: ${status}${rest}`)}\n`;
}

/** The reason, and a link to the CI run. */
function alert(detail: DeploymentDetail): string {
  const failure = failureOf(detail);
  const link = markdownLink('CI run', detail.deployment.url) ?? '';
  const error = failure === null ? detail.deployment.errorMessage : (failure.why ?? 'no reason was recorded');
  const box =
    error === null
      ? ''
      : [
          `[!${failure === null ? 'NOTE' : failure.kind === 'failed' ? 'CAUTION' : 'WARNING'}]`,
          ...(failure === null ? [] : [`**${markdownText(failure.title)}**`, '']),
          ...error.trimEnd().split(/\r?\n/).map(markdownText),
        ]
          .map((line) => `> ${line}`.trimEnd())
          .join('\n');
  return [box, link]
    .filter((part) => part !== '')
    .map((part) => `${part}\n`)
    .join('\n');
}

function facts({ deployment: one, costs, errorRates }: DeploymentDetail): string {
  const known: [string, string | null][] = [
    ['Started', toSecond(one.startedAt)],
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
    ['CI run', markdownLink('CI run', one.url) === null ? one.url : null],
  ];
  const rows = known.filter((row): row is [string, string] => row[1] !== null && row[1] !== '');
  return markdownTable([{ title: 'Deployment' }, { title: one.id ?? '' }], rows);
}

function phases(detail: DeploymentDetail): string {
  const { stages, comparisons } = detail;
  // The alert box has this reason.
  const known = failureOf(detail)?.why ?? null;
  const usual = new Map(comparisons.map((one) => [one.runId, one]));
  const rows = stages.map((run) => {
    const comparison = usual.get(run.runId);
    const isComparable = comparison !== undefined && comparison.medianSeconds !== null;
    const slow = isComparable ? slowness(comparison) : '';
    return [
      run.stage,
      `${marks[run.status === 'running' ? 'in-progress' : run.status]} ${run.status}`,
      run.durationSeconds === null ? '' : formatSeconds(run.durationSeconds),
      isComparable ? usualCell(comparison).text : '',
      [slow, phaseReason(run) === known ? phaseTraits(run) : phaseNotes(run)]
        .filter((part) => part !== '')
        .join(', '),
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

/** The verdict; of a slower run with the change in percent. */
function slowness(comparison: PhaseComparison): string {
  const text = verdictText(comparison);
  const { durationSeconds, medianSeconds, verdict } = comparison;
  if (verdict?.word !== 'slower' || medianSeconds === null) return text;
  const change = formatChange(durationSeconds, medianSeconds);
  return `🐢 ${text}${change === null ? '' : ` (${change})`}`;
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
