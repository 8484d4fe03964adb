import type { VNode } from 'preact';
import type { Deployment } from '../server/api.ts';
import { local, seconds, statusText } from './format.ts';
import { Table } from './table.tsx';

/** Two deployments side by side, phase by phase. */
export function Compare({ one, other }: { readonly one: Deployment; readonly other: Deployment }): VNode {
  const facts = [
    ['Status', statusText(one.status), statusText(other.status)],
    ['Started', local(one.deployment_started_at), local(other.deployment_started_at)],
    ['Host', one.hostname ?? '–', other.hostname ?? '–'],
    ['Error', one.error_message ?? '–', other.error_message ?? '–'],
    ['Outcome', one.outcome ?? '–', other.outcome ?? '–'],
    ['Rolled back', one.rolled_back ? 'yes' : 'no', other.rolled_back ? 'yes' : 'no'],
  ];
  const durations = durationsOf(one, other).map(([name, first, second]) => ({
    cells: [name, seconds(first), seconds(second), difference(first, second)],
  }));
  const head = ['', one.version, other.version];
  return (
    <>
      <p>
        <a href="#/">← all deployments</a>
      </p>
      <h2>{`${one.version} compared with ${other.version}`}</h2>
      <Table caption="Deployments" head={head} rows={facts.map((cells) => ({ cells }))} />
      <Table caption="Durations" head={[...head, 'Difference']} numbers={[1, 2, 3]} rows={durations} />
    </>
  );
}

function durationsOf(one: Deployment, other: Deployment): [string, number | null, number | null][] {
  const stages = [...new Set([...one.phases, ...other.phases].map(({ stage }) => stage))];
  return [
    ['total', one.total_duration, other.total_duration],
    ['downtime', one.downtime_duration, other.downtime_duration],
    ['time to healthy', number(one.time_to_healthy), number(other.time_to_healthy)],
    ...stages.map((stage): [string, number | null, number | null] => [
      stage,
      together(one, stage),
      together(other, stage),
    ]),
  ];
}

function number(text: string | null): number | null {
  return text === null ? null : Number(text);
}

/** The sum of all runs of a phase. */
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
