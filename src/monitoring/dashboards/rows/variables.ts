import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { storeSource } from '../panel.ts';
import { pageVariable } from '../variables.ts';

/** Selects the store; its name keeps it apart from the Prometheus of the other dashboards. */
export function storeVariable(): Builder<VariableModel> {
  return new DatasourceVariableBuilder('store').label('Data source').type(storeSource.type ?? '');
}

/** The same names as on the other dashboards, so that a link keeps the selection. One row per host is read. */
export function storeSelection(): Builder<VariableModel>[] {
  return [
    several('deployment', 'Deployment'),
    several('environment', 'Environment'),
    several('instance', 'Host', 'WHERE deployment IN ($deployment) AND environment IN ($environment) '),
    pageVariable(),
  ];
}

/** With all values the query compares the column with itself: a list of ten thousand hosts would be in every statement. */
function several(column: string, label: string, condition = ''): Builder<VariableModel> {
  return new QueryVariableBuilder(column)
    .label(label)
    .datasource(storeSource)
    .query(`SELECT DISTINCT ${column} FROM deploytrack.hosts ${condition}ORDER BY ${column}`)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .multi(true)
    .includeAll(true)
    .allValue(column)
    .sort(VariableSort.AlphabeticalAsc)
    .current({ selected: true, text: ['All'], value: ['$__all'] });
}
