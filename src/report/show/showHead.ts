import type { DeploymentDetail } from '../../ledger/read/detail.ts';
import type { DeploymentRecord } from '../../ledger/read/record.ts';
import { formatAgo, formatSeconds, formatTime } from '../../text/figures.ts';
import { failureOf } from '../failure.ts';
import { statusGlyph, statusStyle } from '../terminal/status.ts';
import { glyphsOf, type View } from '../terminal/view.ts';
import { displayWidth, shortened } from '../terminal/width.ts';
import { wrapLines } from '../terminal/wrap.ts';

/** What was deployed and its result, the reason if it failed, then when, by whom and how long users were affected. */
export function headLines(detail: DeploymentDetail, view: View): string[] {
  const { deployment } = detail;
  // In a pipe each of these facts has a line of its own, with a label.
  const who = view.width === undefined ? [] : whoLines(deployment, view);
  return [...titleLines(deployment, view), ...reasonLines(detail, view), ...who];
}

/** On one line if it fits, otherwise the result is on its own. */
function titleLines(deployment: DeploymentRecord, view: View): string[] {
  const style = statusStyle(deployment.status) ?? 'strong';
  const names = namesOf(deployment, view);
  const result = resultOf(deployment, view);
  const isNarrow = view.width !== undefined && displayWidth(`${names}   ${result}`) > view.width;
  if (!isNarrow) return [`${view.paint('strong', names)}   ${view.paint(style, result)}`];
  const second = wrapLines(result, { ...view, indent: 2 });
  return [
    view.paint('strong', shortened(names, { ...view, most: view.width })),
    ...second.map((line) => view.paint(style, line)),
  ];
}

function namesOf(deployment: DeploymentRecord, view: View): string {
  const { arrow } = glyphsOf(view);
  const most = view.width === undefined ? undefined : 40;
  const part = (text: string): string => shortened(text, { ...view, most });
  const names = [deployment.deployment, deployment.environment].filter((name) => name !== null);
  const versions = [deployment.previousVersion, deployment.version].filter((version) => version !== null);
  const sign = statusGlyph(deployment.status, glyphsOf(view));
  return `${sign} ${names.map(part).join(' ')}  ${versions.map(part).join(` ${arrow} `)}`;
}

/** `failed after 2m40s, rolled back to 2.40.3`. */
function resultOf(deployment: DeploymentRecord, view: View): string {
  const { status } = deployment;
  const elapsed = (view.nowMs - Date.parse(deployment.startedAt)) / 1000;
  const seconds = status === 'in-progress' ? elapsed : deployment.totalSeconds;
  const verb = {
    success: 'success in',
    warning: 'warning in',
    failed: 'failed after',
    'in-progress': 'in progress for',
  };
  const took = seconds === null || !(seconds >= 0) ? status : `${verb[status]} ${formatSeconds(seconds)}`;
  return shortened([took, ...fateWords(deployment)].join(', '), { ...view, most: undefined });
}

/** What became of it, beyond the status. */
export function fateWords(deployment: DeploymentRecord): string[] {
  const words: string[] = [];
  const { outcome, status } = deployment;
  if (deployment.rolledBack)
    words.push(`rolled back${deployment.rolledBackTo === null ? '' : ` to ${deployment.rolledBackTo}`}`);
  // Of a success its status says the same.
  else if (status === 'failed' && outcome !== null) words.push(outcome.replace(/^failed and /, ''));
  if (deployment.discarded) words.push('discarded: excluded from statistics');
  if (deployment.fragment) words.push('incomplete: its start is not in this ledger');
  return words;
}

/** The whole reason, whatever the width. */
function reasonLines(detail: DeploymentDetail, view: View): string[] {
  const failure = failureOf(detail);
  if (failure === null) return [];
  const what = failure.what === null ? '' : `${failure.what.replace(/^phase /, '')}: `;
  const lines = wrapLines(`${what}${failure.why ?? 'no reason was recorded'}`, { ...view, indent: 2 });
  return lines.map((line) => view.paint(failure.kind === 'failed' ? 'bad' : 'warn', line));
}

function whoLines(deployment: DeploymentRecord, view: View): string[] {
  const { triggeredBy, method, hostname } = deployment;
  const at = formatTime(deployment.startedAt, view);
  const when = view.local ? `${formatAgo(deployment.startedAt, view)} (${at})` : at;
  const words = [
    when,
    triggeredBy === null ? '' : `by ${triggeredBy}`,
    method === null ? '' : `via ${method}`,
    hostname === null ? '' : `on ${hostname}`,
  ].filter((word) => word !== '');
  const down = downtimeWords(deployment);
  const line = [words.join(' '), down === null ? '' : `down ${down}`, deployment.id ?? ''];
  const shown = line.filter((part) => part !== '').join(view.ascii ? ', ' : ' · ');
  return wrapLines(shown, { ...view, indent: 2 }).map((one) => view.paint('dim', one));
}

export function downtimeWords({ downtimeSeconds, downtimeOpen }: DeploymentRecord): string | null {
  if (downtimeSeconds === null) return null;
  return `${formatSeconds(downtimeSeconds)}${downtimeOpen ? ', still down at the end of the deployment' : ''}`;
}
