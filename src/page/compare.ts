import type { Deployment } from './answers.ts';
import { el, table } from './dom.ts';
import { local, seconds, statusWords } from './words.ts';

/** Two deployments side by side, phase by phase. */
export function compare(one: Deployment, other: Deployment): HTMLElement[] {
  const stages = [...new Set([...one.phases, ...other.phases].map(({ stage }) => stage))];
  const facts = [
    ['Status', statusWords(one.status), statusWords(other.status)],
    ['Started', local(one.deployment_started_at), local(other.deployment_started_at)],
    ['Host', one.hostname ?? '–', other.hostname ?? '–'],
    ['Error', one.error_message ?? '–', other.error_message ?? '–'],
    ['Rolled back', one.rolled_back ? 'yes' : 'no', other.rolled_back ? 'yes' : 'no'],
  ];
  const figures: [string, number | null, number | null][] = [
    ['total', one.total_duration, other.total_duration],
    ['downtime', one.downtime_duration, other.downtime_duration],
    ['time to healthy', number(one.time_to_healthy), number(other.time_to_healthy)],
    ...stages.map((stage): [string, number | null, number | null] => [
      stage,
      together(one, stage),
      together(other, stage),
    ]),
  ];
  const head = ['', one.version, other.version];
  return [
    el('p', {}, el('a', { href: '#/' }, '← all deployments')),
    el('h2', {}, `${one.version} beside ${other.version}`),
    table('What they are', { head, rows: facts }),
    table('How long they took', {
      head: [...head, 'Difference'],
      numbers: [1, 2, 3],
      rows: figures.map(([name, first, second]) => [
        name,
        seconds(first),
        seconds(second),
        difference(first, second),
      ]),
    }),
  ];
}

function number(text: string | null): number | null {
  return text === null ? null : Number(text);
}

/** Several runs of a phase count together. */
function together({ phases }: Deployment, stage: string): number | null {
  const known = phases.flatMap((phase) =>
    phase.stage === stage && phase.duration !== null ? [phase.duration] : [],
  );
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

function difference(one: number | null, other: number | null): string {
  if (one === null || other === null) return '–';
  return `${other < one ? '−' : '+'}${seconds(Math.abs(other - one))}`;
}
