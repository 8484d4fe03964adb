import type { ComponentChild, VNode } from 'preact';
import type { ComparedItems, Deployment } from '../server/api.ts';
import { compareAddress, deploymentAddress, type Place } from './address.ts';
import { BackLink } from './backLink.tsx';
import { type ComparedTime, comparedTimes } from './compared.ts';
import { seconds } from './format.ts';
import { Chip, DeploymentLink, Sign } from './parts.tsx';
import { lookOf, outcomeText } from './status.ts';
import { Table } from './table.tsx';
import { Ago, Moment } from './time.tsx';

/** Two deployments side by side: what is different is marked. */
export function Compare({
  one,
  other,
  items,
  back,
}: {
  readonly one: Deployment;
  readonly other: Deployment;
  readonly items: ComparedItems['changes'];
  readonly back: Place;
}): VNode {
  return (
    <article class="compare">
      <nav class="trail" aria-label="Other deployments">
        <BackLink to={back} />
        <a
          class="button"
          href={compareAddress({ older: other.deployment_id ?? '', newer: one.deployment_id ?? '' })}
        >
          Swap
        </a>
      </nav>
      <h1>{`${one.version} compared with ${other.version}`}</h1>
      <FactTable one={one} other={other} />
      <Times one={one} other={other} />
      <Table
        caption="Files and packages that differ"
        head={['Kind', 'Name', one.version, other.version]}
        rows={(items ?? []).map(({ kind, name, before, after }) => [kind, name, before ?? '–', after ?? '–'])}
      />
      {(items === null || items.length === 0) && (
        <p class="quiet">
          {items === null
            ? 'Nothing is known of how files and packages differ.'
            : 'The tracked files and packages are the same.'}
        </p>
      )}
    </article>
  );
}

const facts: readonly (readonly [
  name: string,
  of: (one: Deployment) => ComponentChild,
  plain: (one: Deployment) => unknown,
])[] = [
  ['Deployment', (one) => <Named one={one} />, (one) => `${one.deployment} ${one.environment}`],
  ['Status', (one) => <span class={lookOf(one.status).tone}>{outcomeText(one)}</span>, (one) => one.status],
  ['Error', (one) => one.failure?.why ?? one.error_message, (one) => one.error_message],
  ['Started', (one) => <Moment iso={one.deployment_started_at} />, () => null],
  ['By', (one) => one.triggered_by, (one) => one.triggered_by],
  ['Host', (one) => one.hostname, (one) => one.hostname],
  ['Commit', (one) => one.commit_sha?.slice(0, 12), (one) => one.commit_sha],
  ['Rolled back', (one) => (one.rolled_back ? 'yes' : 'no'), (one) => one.rolled_back],
  ['ID', (one) => <code>{one.deployment_id}</code>, () => null],
];

function Named({ one }: { readonly one: Deployment }): VNode {
  return (
    <>
      {one.deployment} <Chip text={one.environment} />
    </>
  );
}

function FactTable({ one, other }: { readonly one: Deployment; readonly other: Deployment }): VNode {
  return (
    <table class="sides">
      <thead>
        <tr>
          <td />
          {[one, other].map((each) => (
            <th scope="col">
              <Sign status={each.status} /> <DeploymentLink id={each.deployment_id} text={each.version} />{' '}
              <span class="quiet">
                <Ago iso={each.deployment_started_at} />
              </span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {facts
          .map(([name, of, plain]) => ({
            name,
            cells: [of(one), of(other)],
            isSame: plain(one) === plain(other),
          }))
          .filter(({ cells }) => cells.some((cell) => cell !== null && cell !== undefined && cell !== ''))
          .map(({ name, cells, isSame }) => (
            <tr key={name} class={isSame ? '' : 'differs'}>
              <th scope="row">{name}</th>
              {cells.map((cell) => (
                <td>{cell ?? '–'}</td>
              ))}
            </tr>
          ))}
      </tbody>
    </table>
  );
}

function Times({ one, other }: { readonly one: Deployment; readonly other: Deployment }): VNode {
  const rows = comparedTimes(one, other);
  const longest = Math.max(0.001, ...rows.flatMap((row) => [row.one ?? 0, row.other ?? 0]));
  return (
    <table class="times">
      <caption>Durations</caption>
      <thead>
        <tr>
          <th scope="col">Phase</th>
          <th scope="col" class="number">
            <a href={deploymentAddress(one.deployment_id ?? '')}>{one.version}</a>
          </th>
          <th scope="col" class="number">
            <a href={deploymentAddress(other.deployment_id ?? '')}>{other.version}</a>
          </th>
          <th scope="col" class="pair-head">
            <i class="first" /> {one.version} <i class="second" /> {other.version}
          </th>
          <th scope="col" class="number">
            Difference
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.name} data-time={row.name}>
            <th scope="row">{row.name}</th>
            <td class="number">{seconds(row.one)}</td>
            <td class="number">{seconds(row.other)}</td>
            <td class="pair" aria-hidden="true">
              <i class="first" style={{ width: `${(100 * (row.one ?? 0)) / longest}%` }} />
              <i class="second" style={{ width: `${(100 * (row.other ?? 0)) / longest}%` }} />
            </td>
            <td class="number">
              <Difference {...row} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Difference({ difference, isNotable }: ComparedTime): VNode {
  if (difference === null) return <span class="quiet">–</span>;
  const tone = !isNotable ? 'quiet' : difference > 0 ? 'bad' : 'good';
  return <span class={tone}>{`${difference < 0 ? '−' : '+'}${seconds(Math.abs(difference))}`}</span>;
}
