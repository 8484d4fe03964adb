import type { VNode } from 'preact';
import type { RolloutJson } from '../server/fleetApi.ts';
import { rolloutAddress } from './address.ts';
import { count, elapsed, seconds } from './format.ts';
import { Chip, DeploymentLink } from './parts.tsx';
import { ProgressBar, progressText } from './progressBar.tsx';
import { Table } from './table.tsx';
import { Ago } from './time.tsx';

/** One line per version and site: how far it is, what failed, how long it took. */
export function Rollouts({ of }: { readonly of: readonly RolloutJson[] }): VNode {
  if (of.length === 0) return <p class="quiet">No rollout in this period.</p>;
  return (
    <Table
      caption="Rollouts of the period, the newest first"
      head={[
        'version',
        'where',
        'progress',
        'hosts',
        'failed',
        'rolled back',
        'began',
        'took',
        'slowest host',
      ]}
      numbers={[3, 4, 5, 7]}
      rows={of.map((one) => [
        <a href={rolloutAddress(one)} data-rollout>
          {one.version}
        </a>,
        <>
          {one.deployment} <Chip text={one.environment} />
        </>,
        <ProgressBar {...one} />,
        progressText(one),
        <Bad value={one.failed} tone="bad" />,
        <Bad value={one.rolled_back} tone="warn" />,
        <Ago iso={one.first_at} />,
        one.last_at === null ? <span class="run">▶ running</span> : tookText(one.first_at, one.last_at),
        one.slowest !== null && (
          <DeploymentLink id={one.slowest.id} text={`${one.slowest.host} ${seconds(one.slowest.seconds)}`} />
        ),
      ])}
    />
  );
}

/** From the first start to the last end, whatever lay between. */
export function tookText(from: string, to: string): string {
  return elapsed((Date.parse(to) - Date.parse(from)) / 1000);
}

/** None is not worth a look. */
export function Bad({ value, tone }: { readonly value: number; readonly tone: 'bad' | 'warn' }): VNode {
  return <span class={value === 0 ? 'quiet' : tone}>{count(value)}</span>;
}
