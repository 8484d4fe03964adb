import type { Overview } from './answers.ts';
import { sparkline } from './charts.ts';
import { type Child, el } from './dom.ts';
import { local, moment, percent, seconds, statusClass, statusWords } from './words.ts';

/** The first screen: what is in service, the five questions, and how it went lately. */
export function overview(of: Overview, now: Date): HTMLElement[] {
  if (of.site === null) return [el('p', {}, 'No deployment yet: deploytrack start opens the first.')];
  return [
    el('div', { class: 'cards' }, inService(of, now), ...questions(of)),
    el(
      'div',
      { class: 'cards' },
      trend(of, 'total', 'Time to deploy'),
      trend(of, 'downtime', 'Downtime'),
      trend(of, 'time_to_healthy', 'Time to healthy'),
      successes(of),
    ),
  ];
}

function card(question: string, title: string, big: Child, ...lines: readonly Child[]): HTMLElement {
  return el(
    'section',
    { class: 'card', 'data-question': question },
    el('h3', {}, title),
    el('p', { class: 'big' }, big),
    ...lines.map((line) => (line === null ? null : el('p', { class: 'quiet' }, line))),
  );
}

function inService({ in_service: one, running }: Overview, now: Date): HTMLElement {
  const runs = running[0];
  return card(
    'in-service',
    'In service',
    one?.version ?? 'nothing yet',
    one === null ? null : `since ${moment(one.since, now)}`,
    runs === undefined
      ? null
      : el('span', { class: 'run' }, `▶ ${runs.version} is being deployed since ${local(runs.started_at)}`),
  );
}

function questions(of: Overview): HTMLElement[] {
  return [successRate(of), longestPhase(of), lastHealth(of), lastFailure(of), rolledBack(of)];
}

function successRate({ total, successful, failed }: Overview): HTMLElement {
  const rate = total === 0 ? 'n/a' : percent(successful / total);
  return card('success-rate', 'Success rate', rate, `${successful} of ${total}, ${failed} failed`);
}

function longestPhase({ phases }: Overview): HTMLElement {
  const [longest] = [...phases].sort((one, other) => other.mean - one.mean);
  if (longest === undefined) return card('longest-phase', 'Longest phase', 'n/a');
  const share = percent(Math.round(longest.share * 1000) / 1000);
  return card(
    'longest-phase',
    'Longest phase',
    seconds(longest.mean),
    `${longest.stage}, on average; ${share} of the time`,
  );
}

function lastHealth({ last }: Overview): HTMLElement {
  const health = last?.health ?? null;
  const words = health === null ? 'not checked' : health.success ? '✓ passed' : '✗ not passed';
  const kind = health === null ? '' : health.success ? 'good' : 'bad';
  return card(
    'last-health',
    'Health after the last deployment',
    el('span', { class: kind }, words),
    last === null ? null : `${last.version}, ${statusWords(last.status).trim()}`,
    health?.error ?? null,
  );
}

function lastFailure({ last_failed: failed }: Overview): HTMLElement {
  if (failed === null) return card('last-failure', 'Last failure', 'none');
  return card(
    'last-failure',
    'Last failure',
    el('span', { class: 'bad' }, failed.phase ?? 'outside of phases'),
    failed.error ?? 'no error was recorded',
    link(failed.id, `${failed.version}, ${local(failed.started_at)}`),
  );
}

function rolledBack({ last, last_failed: failed }: Overview): HTMLElement {
  const name = 'Rolled back?';
  const ofLast =
    last?.rolled_back === true && last.id !== failed?.id
      ? `the last one, ${last.version}, was rolled back to ${last.rolled_back_to ?? 'the version before'}`
      : null;
  if (failed === null) return card('rolled-back', name, 'nothing failed', ofLast);
  if (!failed.rolled_back) return card('rolled-back', name, 'no', `${failed.version} was not`, ofLast);
  const to = `${failed.version} to ${failed.rolled_back_to ?? 'the version before'}`;
  return card('rolled-back', name, el('span', { class: 'warn' }, 'yes'), to, ofLast);
}

export function link(id: string | null, words: string): HTMLElement {
  return id === null ? el('span', {}, words) : el('a', { href: `#/d/${encodeURIComponent(id)}` }, words);
}

function trend(
  { trend: points }: Overview,
  name: 'total' | 'downtime' | 'time_to_healthy',
  title: string,
): HTMLElement {
  const known = points.flatMap((point) => point[name] ?? []);
  const mean = known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
  return el(
    'section',
    { class: 'card', 'data-trend': name },
    el('h3', {}, title),
    el('p', {}, `last ${seconds(known.at(-1))}, mean ${seconds(mean)}`),
    sparkline(points, name, title),
  );
}

/** The last forty as signs: a screen reader is told the sum. */
function successes({ trend: points }: Overview): HTMLElement {
  const last = points.slice(-40);
  const good = last.filter(({ status }) => status === 'success' || status === 'warning').length;
  const signs = last.map(({ status, version }) =>
    el(
      'span',
      { class: statusClass[status] ?? '', title: `${version}: ${status}` },
      `${statusWords(status).charAt(0)} `,
    ),
  );
  return el(
    'section',
    { class: 'card', 'data-trend': 'success' },
    el('h3', {}, 'Success'),
    el('p', {}, `${good} of the last ${last.length}`),
    el('p', { role: 'img', 'aria-label': `${good} of the last ${last.length} went well` }, ...signs),
  );
}
