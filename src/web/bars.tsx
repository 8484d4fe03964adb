import type { VNode } from 'preact';
import type { BarJson, Overview } from '../server/api.ts';
import { deploymentAddress, type Query, trendsAddress } from './address.ts';
import { useNow } from './clock.ts';
import { dayOf, moment, percent, plural, seconds } from './format.ts';
import { lookOf, wordOf } from './status.ts';

/** The last deployments as bars: height is the time, color and sign are the fate, a click opens. */
export function Bars({
  overview,
  query,
}: {
  readonly overview: Overview;
  readonly query: Query;
}): VNode | null {
  const { bars, figures } = overview;
  const now = useNow(60_000);
  const [first] = bars;
  const last = bars.at(-1);
  if (first === undefined || last === undefined) return null;
  const longest = Math.max(0.001, ...bars.map(({ total }) => total ?? 0));
  const { longest_phase: phase, deploy_median: median } = figures.now;
  return (
    <section class="card bars" aria-label="Last deployments">
      <h2>
        {`Last ${plural(bars.length, 'deployment')}: height is time to deploy`}
        <a class="more" href={trendsAddress(query)} data-question="longest-phase">
          {phase === null
            ? 'trends of the phases'
            : `longest phase ${phase.stage}, ${seconds(phase.mean)} on average, ${percent(Math.round(phase.share * 1000) / 1000)} of the time`}
        </a>
      </h2>
      <div class="columns">
        {bars.map((bar) => (
          <Column key={bar.id ?? bar.started_at} bar={bar} longest={longest} />
        ))}
      </div>
      <p class="scale">
        <span>{dayOf(first.started_at, now)}</span>
        <span>{`usual ${seconds(median)}, longest ${seconds(longest)}`}</span>
        <span>{dayOf(last.started_at, now)}</span>
      </p>
    </section>
  );
}

function Column({ bar, longest }: { readonly bar: BarJson; readonly longest: number }): VNode {
  const { id, version, status, total, started_at: at, rolled_back: rolledBack } = bar;
  const fate = rolledBack ? `${wordOf(status)}, rolled back` : wordOf(status);
  const text = `${version}: ${fate}, ${seconds(total)}, ${moment(at)}`;
  const { sign, tone } = lookOf(status);
  const height = total === null ? 12 : Math.max(4, (100 * total) / longest);
  const inner = (
    <>
      <i aria-hidden="true">{status === 'success' ? (rolledBack ? '↩' : '') : sign}</i>
      <span class={`column ${tone}`} style={{ height: `${height}%` }} />
    </>
  );
  return id === null ? (
    <span title={text}>{inner}</span>
  ) : (
    <a href={deploymentAddress(id)} title={text} aria-label={text}>
      {inner}
    </a>
  );
}
