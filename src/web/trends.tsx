import type { VNode } from 'preact';
import type { ListRow } from '../server/api.ts';
import { deploymentAddress, listAddress, type Query } from './address.ts';
import { useNow } from './clock.ts';
import { dayOf, moment, plural, seconds } from './format.ts';
import { type Series, seriesOf } from './series.ts';
import { lookOf, wordOf } from './status.ts';

/** Each duration of the last deployments over time, with their versions; a click leads to the deployment. */
export function TrendsView({
  rows,
  query,
}: {
  readonly rows: readonly ListRow[];
  readonly query: Query;
}): VNode {
  const series = seriesOf(rows);
  return (
    <article class="trends">
      <nav class="trail" aria-label="Other views">
        <a href={listAddress(query)} data-back>
          ← all deployments
        </a>
      </nav>
      <h1>Trends</h1>
      <p class="quiet">
        {rows.length === 0
          ? 'No deployment in this period.'
          : `Each dot is one of the last ${plural(rows.length, 'deployment')} of the scope; the lines are median and p95 of those that succeeded.`}
      </p>
      <div class="charts">
        {series.map((one) => (
          <Chart key={one.name} of={one} />
        ))}
      </div>
    </article>
  );
}

function Chart({ of: { name, points, median, p95 } }: { readonly of: Series }): VNode {
  const now = useNow(60_000);
  const most = Math.max(0.001, ...points.map((point) => point.seconds));
  const last = points.at(-1);
  const height = (value: number) => `${(96 * value) / most}%`;
  return (
    <section class="card chart" data-trend={name}>
      <h2>
        {name}
        <span class="more">{`p50 ${seconds(median)}, p95 ${seconds(p95)}, last ${seconds(last?.seconds)}`}</span>
      </h2>
      <div class="dots-chart">
        <span class="top quiet">{seconds(most)}</span>
        {median !== null && (
          <i class="rule" title={`median ${seconds(median)}`} style={{ bottom: height(median) }} />
        )}
        {p95 !== null && <i class="rule p95" title={`p95 ${seconds(p95)}`} style={{ bottom: height(p95) }} />}
        {points.map(({ row, seconds: value }, index) => {
          const text = `${row.version}: ${seconds(value)}, ${wordOf(row.status)}, ${moment(row.deployment_started_at)}`;
          const left = `${points.length === 1 ? 50 : (98 * index) / (points.length - 1) + 1}%`;
          return (
            <a
              key={row.row_id}
              class={`dot ${lookOf(row.status).tone}`}
              href={row.deployment_id === null ? '#/' : deploymentAddress(row.deployment_id)}
              title={text}
              style={{ left, bottom: height(value) }}
            >
              <span class="unseen">{text}</span>
            </a>
          );
        })}
      </div>
      <p class="scale">
        <span>
          {points[0] === undefined
            ? ''
            : `${points[0].row.version}, ${dayOf(points[0].row.deployment_started_at, now)}`}
        </span>
        <span>
          {last === undefined ? '' : `${last.row.version}, ${dayOf(last.row.deployment_started_at, now)}`}
        </span>
      </p>
    </section>
  );
}
