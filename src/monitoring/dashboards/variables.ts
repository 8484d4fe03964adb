import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { datasource } from './panel.ts';

/** Selects the Prometheus; every dashboard has this variable. */
export function datasourceVariable(): Builder<VariableModel> {
  return new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus');
}

/** Selects several values of a label, or all. */
export function several(
  name: string,
  { label, query }: { label: string; query: string },
): Builder<VariableModel> {
  return valuesOf(name, { label, query })
    .multi(true)
    .includeAll(true)
    .allValue('.+')
    .sort(VariableSort.AlphabeticalAsc)
    .current({ selected: true, text: ['All'], value: ['$__all'] });
}

/** Selects one value of a label. IDs begin with their time, so the newest is first. */
export function one(
  name: string,
  { label, query }: { label: string; query: string },
): Builder<VariableModel> {
  return valuesOf(name, { label, query }).sort(VariableSort.AlphabeticalDesc);
}

/** What every dashboard selects by, and where the web UI is; its address is empty at first. */
export function selection(): Builder<VariableModel>[] {
  return [
    several('deployment', { label: 'Deployment', query: 'label_values(deployment_status, deployment)' }),
    several('environment', { label: 'Environment', query: 'label_values(deployment_status, environment)' }),
    several('instance', {
      label: 'Host',
      query:
        'label_values(deployment_status{deployment=~"$deployment",environment=~"$environment"}, instance)',
    }),
    pageVariable(),
  ];
}

export function pageVariable(): Builder<VariableModel> {
  return new TextBoxVariableBuilder('page')
    .label('Web UI')
    .description('Address of `deploytrack serve`, for links to its pages: https://deploys.example')
    .defaultValue('');
}

function valuesOf(name: string, { label, query }: { label: string; query: string }): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(datasource)
    .query({ query, refId: name })
    .refresh(VariableRefresh.OnTimeRangeChanged);
}
