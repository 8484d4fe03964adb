import type { VNode } from 'preact';
import type { Deployment } from '../server/api.ts';
import { AttemptDots, PhaseBar, type Scale, scaleOf } from './charts.tsx';
import { seconds } from './format.ts';
import { Table, type TableRow } from './table.tsx';

/** Phases and attempts of a deployment, on one time scale. */
export function Waterfall({ one, now }: { readonly one: Deployment; readonly now: Date }): VNode {
  const scale = scaleOf(one, now);
  const rows = one.phases.map((phase) => phaseRow(phase, scale));
  return (
    <Table
      caption="Phases in order and to scale"
      head={['Phase', 'Time', 'Usual', 'When', 'Notes']}
      numbers={[1, 2]}
      rows={one.attempts.length === 0 ? rows : [...rows, attemptsRow(one.attempts, scale)]}
    />
  );
}

function phaseRow(phase: Deployment['phases'][number], scale: Scale): TableRow {
  const hasFailed = phase.status === 'failed';
  return {
    cells: [
      <span class={hasFailed ? 'bad' : ''}>{`${hasFailed ? '✗ ' : ''}${phase.stage}`}</span>,
      seconds(phase.duration),
      phase.median === null ? '–' : usually(phase.median, phase.spread),
      <PhaseBar phase={phase} scale={scale} />,
      <>
        {verdict(phase)}
        {[phase.of_rollback ? 'of the rollback' : '', phase.error_message ?? '']
          .filter((part) => part !== '')
          .join(': ')}
      </>,
    ],
  };
}

/** The median with the spread. */
function usually(median: number, spread: number | null): string {
  return spread === null ? seconds(median) : `${seconds(median)} ±${Math.round(spread * 100)}%`;
}

/** Nothing for a usual one: the table shows both times. */
function verdict({ verdict, duration, median }: Deployment['phases'][number]): VNode | null {
  if (verdict === null || verdict === 'usual' || duration === null || median === null) return null;
  const text = `${verdict} than usual by ${seconds(Math.abs(duration - median))} `;
  return <span class={verdict === 'slower' ? 'warn' : ''}>{text}</span>;
}

function attemptsRow(attempts: Deployment['attempts'], scale: Scale): TableRow {
  return {
    cells: [
      'attempts',
      String(attempts.length),
      '–',
      <AttemptDots attempts={attempts} scale={scale} />,
      `${attempts.filter(({ healthy }) => healthy).length} healthy`,
    ],
  };
}
