import type { VNode } from 'preact';
import type { TrendPoint } from '../server/api.ts';
import { Sparkline } from './charts.tsx';
import { seconds, statusClass, statusText } from './format.ts';

type Points = readonly TrendPoint[];

/** Recent trends: three durations, and the result of each deployment. */
export function Trends({ points }: { readonly points: Points }): VNode {
  return (
    <>
      <Trend points={points} name="total" title="Time to deploy" />
      <Trend points={points} name="downtime" title="Downtime" />
      <Trend points={points} name="time_to_healthy" title="Time to healthy" />
      <Successes points={points} />
    </>
  );
}

function Trend({
  points,
  name,
  title,
}: {
  readonly points: Points;
  readonly name: 'total' | 'downtime' | 'time_to_healthy';
  readonly title: string;
}): VNode {
  const known = points.flatMap((point) => point[name] ?? []);
  const mean = known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
  return (
    <section class="card" data-trend={name}>
      <h3>{title}</h3>
      <p>{`last ${seconds(known.at(-1))}, mean ${seconds(mean)}`}</p>
      <Sparkline points={points} name={name} label={title} />
    </section>
  );
}

/** The last forty as signs; screen readers get the sum. */
function Successes({ points }: { readonly points: Points }): VNode {
  const last = points.slice(-40);
  const good = last.filter(({ status }) => status === 'success' || status === 'warning').length;
  return (
    <section class="card" data-trend="success">
      <h3>Success</h3>
      <p>{`${good} of the last ${last.length}`}</p>
      <p role="img" aria-label={`${good} of the last ${last.length} succeeded`}>
        {last.map(({ status, version }) => (
          <span class={statusClass[status] ?? ''} title={`${version}: ${status}`}>
            {`${statusText(status).charAt(0)} `}
          </span>
        ))}
      </p>
    </section>
  );
}
