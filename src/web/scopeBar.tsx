import type { VNode } from 'preact';
import type { Overview } from '../server/api.ts';
import { changed, goOn, type Place } from './address.ts';
import { SearchField } from './searchField.tsx';

const periods: readonly (readonly [value: string, text: string])[] = [
  ['1d', 'last 24 hours'],
  ['7d', 'last 7 days'],
  ['30d', 'last 30 days'],
  ['90d', 'last 90 days'],
  ['365d', 'last year'],
  ['all', 'all time'],
];

/** Deployment, environment, host, period and search: they rule everything on the screen, and are in the address. */
export function ScopeBar({
  overview: { sites, hosts },
  place,
  usualPeriod,
}: {
  readonly overview: Pick<Overview, 'sites' | 'hosts'>;
  readonly place: Place;
  readonly usualPeriod: string;
}): VNode {
  const { query } = place;
  const { deployment, environment, host, period, search } = query;
  const fits = (one: { deployment: string; environment: string }): boolean =>
    one.deployment === (deployment ?? one.deployment) && one.environment === (environment ?? one.environment);
  const set = (changes: Readonly<Record<string, string>>, { replace = false } = {}): void =>
    goOn(place, (asked) => changed(asked, changes), { replace });
  return (
    <search class="scope" aria-label="Deployments">
      <Choice
        name="deployment"
        value={deployment}
        values={sites.map((site) => site.deployment)}
        onChoose={(value) => set({ deployment: value, host: '' })}
      />
      <Choice
        name="environment"
        value={environment}
        values={sites
          .filter((site) => site.deployment === (deployment ?? site.deployment))
          .map((site) => site.environment)}
        onChoose={(value) => set({ environment: value, host: '' })}
      />
      <Choice
        name="host"
        value={host}
        values={hosts.filter(fits).map(({ instance }) => instance)}
        onChoose={(value) => set({ host: value })}
      />
      <PeriodChoice
        value={period ?? usualPeriod}
        onChoose={(value) => set({ period: value === usualPeriod ? '' : value })}
      />
      <SearchField
        key={place.kind}
        value={search ?? ''}
        onSearch={(text, isMore) => set({ search: text }, { replace: isMore })}
      />
    </search>
  );
}

function Choice({
  name,
  value,
  values,
  onChoose,
}: {
  readonly name: string;
  readonly value: string | undefined;
  readonly values: readonly string[];
  readonly onChoose: (value: string) => void;
}): VNode {
  const offered = [...new Set([...values, ...(value === undefined ? [] : [value])])].sort();
  return (
    <select
      data-scope={name}
      aria-label={name}
      value={value ?? ''}
      onChange={({ currentTarget }) => onChoose(currentTarget.value)}
    >
      <option value="">{`all ${name}s`}</option>
      {offered.map((one) => (
        <option key={one} value={one}>
          {one}
        </option>
      ))}
    </select>
  );
}

function PeriodChoice({
  value,
  onChoose,
}: {
  readonly value: string;
  readonly onChoose: (value: string) => void;
}): VNode {
  return (
    <select
      data-scope="period"
      aria-label="period"
      value={value}
      onChange={({ currentTarget }) => onChoose(currentTarget.value)}
    >
      {periods.map(([one, text]) => (
        <option key={one} value={one}>
          {text}
        </option>
      ))}
    </select>
  );
}
