import type { VNode } from 'preact';
import type { DoraOverview } from '../server/api.ts';
import { formatFrequency } from '../text/figures.ts';
import { local, percent, seconds } from './format.ts';

type Measure = DoraOverview['measures'][number];

/** DORA's five measures of the recent deployments, each with what it is computed from and its level. */
export function Dora({ of: { report, since, measures } }: { readonly of: DoraOverview }): VNode | null {
  if (measures.length === 0) return null;
  return (
    <section class="dora" aria-label="Delivery">
      <h2>Delivery</h2>
      <div class="figures">
        {measures.map((measure) => (
          <div class="figure" data-dora={measure.name}>
            <span class="name">{titleOf(measure)}</span>
            <span class="value">{valueText(measure)}</span>
            <span class="note">{`${measure.count} of ${measure.of}, ${measure.level ?? 'no level'}`}</span>
          </div>
        ))}
      </div>
      <p class="quiet">{`DORA's measures since ${local(since)}; levels of the ${report}`}</p>
    </section>
  );
}

function titleOf({ name }: Measure): string {
  const text = name.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function valueText({ value, unit }: Measure): string {
  if (value === null) return '–';
  if (unit === 'seconds') return seconds(value);
  return unit === 'ratio' ? percent(value) : formatFrequency(value);
}
