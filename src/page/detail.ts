import type { Deployment } from './answers.ts';
import { attemptDots, phaseBar, spanOf } from './charts.ts';
import { type Child, el, table } from './dom.ts';
import { bytes, moment, seconds, statusClass, statusWords } from './words.ts';

/** One deployment: who and when, a waterfall with its attempts, what went wrong, what changed. */
export function detail(one: Deployment, now: Date): HTMLElement[] {
  return [
    el('p', {}, el('a', { href: '#/' }, '← all deployments')),
    el('h2', {}, `${one.deployment ?? ''} ${one.environment ?? ''}: ${one.version}`),
    facts(one, now),
    ...error(one),
    waterfall(one, now),
    ...changes(one),
    ...(one.facts.length === 0 ? [] : [otherFacts(one)]),
    el('p', {}, ...comparisons(one)),
  ];
}

function facts(one: Deployment, now: Date): HTMLElement {
  const rolled = one.rolled_back
    ? `yes, to ${one.rolled_back_to ?? 'the version before'}: ${one.rollbacks[0]?.reason || 'no reason said'}`
    : null;
  const verification = one.health_verifications.at(-1);
  const known: [string, Child][] = [
    ['Status', el('span', { class: statusClass[one.status] ?? '' }, statusWords(one.status))],
    ['Id', one.deployment_id],
    ['Replaced', one.previous_version],
    ['Started', moment(one.deployment_started_at, now)],
    ['Took', one.total_duration === null ? null : seconds(one.total_duration)],
    ['Downtime', one.downtime_duration === null ? null : seconds(one.downtime_duration)],
    ['Time to healthy', one.time_to_healthy === null ? null : seconds(Number(one.time_to_healthy))],
    [
      'Health',
      verification === undefined
        ? 'not checked'
        : `${verification.success ? '✓ passed' : '✗ not passed'} after ${verification.attempts} attempts`,
    ],
    ['Rolled back', rolled],
    ['Host', one.hostname],
    ['By', [one.triggered_by, one.deployment_method].filter((part) => part !== null).join(', ')],
    ['Commit', one.commit_sha],
    ['Run', one.url === null ? null : address(one.url)],
    [
      'Used',
      one.cpu_seconds === null && one.memory_bytes === null
        ? null
        : `${seconds(one.cpu_seconds)} of CPU, ${bytes(one.memory_bytes)}`,
    ],
    ['Notes', one.notes],
  ];
  const shown = known.filter(([, value]) => value !== null && value !== '');
  return el('dl', {}, ...shown.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]));
}

/** Only the web's own schemes are links. */
function address(url: string): Child {
  return /^https?:\/\//i.test(url) ? el('a', { href: url, rel: 'noreferrer noopener' }, url) : url;
}

function error({ error_message: message, phases }: Deployment): HTMLElement[] {
  const failed = phases.filter(({ status, of_rollback }) => status === 'failed' && !of_rollback).at(-1);
  if (message === null && failed === undefined) return [];
  const phase = failed === undefined ? '' : ` in ${failed.stage}`;
  return [
    el('h2', {}, `Failed${phase}`),
    el('pre', { tabindex: '0' }, message ?? failed?.error_message ?? 'no error was recorded'),
  ];
}

function waterfall(one: Deployment, now: Date): HTMLElement {
  const span = spanOf(one, now);
  const rows = one.phases.map((phase): Child[] => [
    el(
      'span',
      { class: phase.status === 'failed' ? 'bad' : '' },
      `${phase.status === 'failed' ? '✗ ' : ''}${phase.stage}`,
    ),
    seconds(phase.duration),
    phase.median === null ? '–' : seconds(phase.median),
    phaseBar(phase, span),
    [phase.of_rollback ? 'of the rollback' : '', phase.error_message ?? '']
      .filter((part) => part !== '')
      .join(': '),
  ]);
  const attempts: Child[][] =
    one.attempts.length === 0
      ? []
      : [
          [
            'attempts',
            String(one.attempts.length),
            '–',
            attemptDots(one.attempts, span),
            `${one.attempts.filter(({ healthy }) => healthy).length} healthy`,
          ],
        ];
  return table('Phases, in their order and to scale', {
    head: ['Phase', 'Time', 'Usual', 'When', 'Notes'],
    numbers: [1, 2],
    rows: [...rows, ...attempts],
  });
}

function changes({ changes: found }: Deployment): HTMLElement[] {
  if (found === null || found.length === 0) return [];
  const rows = found.map(({ kind, name, before, after }) => [kind, name, before ?? 'new', after ?? 'gone']);
  return [
    el('h2', {}, 'What changed since the one before'),
    table('Files and packages', { head: ['Kind', 'Name', 'Before', 'After'], rows }),
  ];
}

function otherFacts({ facts: known }: Deployment): HTMLElement {
  return table('Other facts, and who told them', {
    head: ['Fact', 'Value', 'Source'],
    rows: known.map(({ fact, value, source }) => [fact, value, source]),
  });
}

function comparisons({ deployment_id: id, before, rolled_back_by: by }: Deployment): Child[] {
  const compare = (one: string, other: string, words: string) =>
    el('a', { href: `#/c/${encodeURIComponent(one)}/${encodeURIComponent(other)}` }, words);
  return [
    id === null || before === null ? null : compare(before, id, 'Compare with the one before'),
    ' ',
    id === null || by === null ? null : compare(id, by, 'Before and after the rollback'),
  ];
}
