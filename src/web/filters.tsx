import type { TargetedEvent, TargetedInputEvent, VNode } from 'preact';
import type { Overview } from '../server/api.ts';
import type { ListState } from './listState.ts';

interface FieldProps {
  readonly 'data-filter': string;
  readonly value: string;
  readonly onInput: (event: TargetedInputEvent<HTMLInputElement>) => void;
  readonly onChange: (event: TargetedEvent<HTMLInputElement>) => void;
}

/** The filters of the list. */
export function FilterBar({
  sites,
  state,
}: {
  readonly sites: Overview['sites'];
  readonly state: ListState;
}): VNode {
  const names = (name: 'deployment' | 'environment') => [...new Set(sites.map((site) => site[name]))];
  const statuses = ['success', 'warning', 'failed', 'in-progress'];
  return (
    <search class="filters" aria-label="Deployments">
      <Choice name="deployment" label="Deployment" values={names('deployment')} state={state} />
      <Choice name="environment" label="Environment" values={names('environment')} state={state} />
      <label>
        Version
        <input type="text" {...field('version', state)} />
      </label>
      <Choice name="status" label="Status" values={statuses} state={state} />
      <label>
        Since
        <input type="date" {...field('since', state)} />
      </label>
      <label>
        Until
        <input type="date" {...field('until', state)} />
      </label>
    </search>
  );
}

function Choice({
  name,
  label,
  values,
  state,
}: {
  readonly name: string;
  readonly label: string;
  readonly values: readonly string[];
  readonly state: ListState;
}): VNode {
  return (
    <label>
      {label}
      <select
        data-filter={name}
        value={state.drafts[name] ?? ''}
        onChange={({ currentTarget }) => state.narrow(name, currentTarget.value)}
      >
        <option value="">all</option>
        {values.map((value) => (
          <option key={value} value={value}>
            {value}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A text or a date becomes a filter on Enter, or when the field loses the focus. */
function field(name: string, state: ListState): FieldProps {
  return {
    'data-filter': name,
    value: state.drafts[name] ?? '',
    onInput: ({ currentTarget }) => state.type(name, currentTarget.value),
    onChange: ({ currentTarget }) => state.narrow(name, currentTarget.value),
  };
}
